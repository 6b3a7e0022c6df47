import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { mapPng, overlayPng } from '../engine/export/drawings.js';
import { fileNameOf } from '../engine/export/exportLayer.js';
import { mapNpy } from '../engine/export/values.js';
import type { Display, Explanation, LayerExplanation, Picture } from '../protocol/explanation.js';
import type { ModelInfo } from '../protocol/model.js';
import { layerEntries, summarize } from './explanationJson.js';
import { writeOutput } from './writing.js';

export interface BundleSource {
  /** Model and input as the user gave them. */
  readonly model: string;
  readonly input: string;
  /** null where the input is an array: then the maps are drawn alone. */
  readonly picture: Picture | null;
}

/** As the panel shows a map at first. */
const DISPLAY: Display = { colorMap: 'viridis', opacity: 0.6, smooth: true, mask: false, scale: null };

const MANIFEST = 'manifest.json';

/**
 * Writes for each layer a drawing (PNG) and the raw map (.npy), and when all lie there the manifest that lists them.
 * @throws CommandError
 */
export async function writeBundle(
  folder: string,
  source: BundleSource,
  info: ModelInfo,
  explanation: Explanation,
): Promise<void> {
  // An old manifest must not vouch for a bundle that is being rewritten.
  await rm(join(folder, MANIFEST), { force: true });
  const names = new Set<string>();
  const layers: object[] = [];
  for (const { layer, entry } of layerEntries(info, explanation)) {
    const name = uniqueName(fileNameOf(layer.tensor), names);
    const drawing = `${name}.${source.picture ? 'overlay' : 'map'}.png`;
    const values = `${name}.npy`;
    await writeOutput(join(folder, drawing), await draw(source.picture, layer, info));
    await writeOutput(join(folder, values), mapNpy(layer));
    layers.push({ ...entry, drawing, values });
  }
  const { preprocessing, preprocessingSource } = info;
  const summary = {
    ...summarize(source.model, explanation),
    input: source.input,
    preprocessing,
    preprocessingSource,
  };
  await writeOutput(join(folder, MANIFEST), `${JSON.stringify({ ...summary, layers }, null, 2)}\n`);
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
function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let i = 2; taken.has(unique.toLowerCase()); i++) unique = `${name}-${i}`;
  taken.add(unique.toLowerCase());
  return unique;
}
