import { join } from 'node:path';
import { mapPng, overlayPng } from '../engine/export/drawings.js';
import { pathFrom } from '../engine/export/provenance.js';
import { mapNpy } from '../engine/export/values.js';
import type { InputSource } from '../protocol/engineApi.js';
import type { Explanation, LayerExplanation, Picture } from '../protocol/explanation.js';
import { fileNameOf } from '../protocol/fileNames.js';
import type { ModelInfo } from '../protocol/model.js';
import { DISPLAY } from './display.js';
import { layerEntries, originOf, summarize } from './explanationJson.js';
import { removeOutput, writeOutput } from './writing.js';

export interface OutputSource {
  /** Model and input as the user gave them. */
  readonly model: string;
  readonly source: InputSource;
  /** null where the input is an array: then the maps are drawn alone. */
  readonly picture: Picture | null;
}

const MANIFEST = 'manifest.json';

/** Writes a file of the bundle. */
type Write = (name: string, content: string | Uint8Array) => Promise<void>;

/**
 * Writes for each layer a drawing (PNG) and the raw map (.npy), and when all lie there the manifest that lists them.
 * Several explanations lie in folders, `<method>/<class>`.
 * @throws CommandError; cancelled
 */
export async function writeBundle(
  folder: string,
  source: OutputSource,
  info: ModelInfo,
  explanations: readonly Explanation[],
  signal: AbortSignal,
): Promise<void> {
  const write: Write = (name, content) => writeOutput(join(folder, name), content, signal);
  // An old manifest must not vouch for a bundle that is being rewritten.
  await removeOutput(join(folder, MANIFEST));
  const [only, ...others] = explanations;
  const origin = await originOf(source.source, info, source.picture);
  if (only && others.length === 0) {
    const layers = await writeLayers(write, '', source.picture, info, only);
    await writeManifest(write, { ...summarize(source.model, info, only), ...origin, layers });
    return;
  }
  const written: object[] = [];
  for (const explanation of explanations) {
    const { method, target } = explanation;
    const place = `${method}/${fileNameOf(`${target.index}-${target.label}`)}/`;
    const layers = await writeLayers(write, place, source.picture, info, explanation);
    written.push({ ...summarize(source.model, info, explanation), layers });
  }
  const model = pathFrom(process.cwd(), source.model);
  await writeManifest(write, { model, ...origin, explanations: written });
}

function writeManifest(write: Write, content: object): Promise<void> {
  return write(MANIFEST, `${JSON.stringify(content, null, 2)}\n`);
}

/** @param place where the files go in the folder: empty, or a path that ends with `/`. @returns the layers' entries */
async function writeLayers(
  write: Write,
  place: string,
  picture: Picture | null,
  info: ModelInfo,
  explanation: Explanation,
): Promise<object[]> {
  const names = new Set<string>();
  const layers: object[] = [];
  for (const { layer, entry } of layerEntries(info, explanation)) {
    const name = uniqueName(fileNameOf(layer.tensor), names);
    const drawing = `${place}${name}.${picture ? 'overlay' : 'map'}.png`;
    const values = `${place}${name}.npy`;
    await write(drawing, await draw(picture, layer, info));
    await write(values, mapNpy(layer));
    layers.push({ ...entry, drawing, values });
  }
  return layers;
}

function draw(
  picture: Picture | null,
  layer: LayerExplanation,
  { preprocessing }: ModelInfo,
): Promise<Uint8Array> {
  const { inputWidth, inputHeight } = preprocessing;
  return picture ? overlayPng(picture, layer, DISPLAY) : mapPng(layer, inputWidth, inputHeight, DISPLAY);
}

/** Different tensors may differ only in what a file name leaves out, or in case. */
export function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let i = 2; taken.has(unique.toLowerCase()); i++) unique = `${name}-${i}`;
  taken.add(unique.toLowerCase());
  return unique;
}
