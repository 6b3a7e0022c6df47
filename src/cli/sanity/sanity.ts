import { join, parse, resolve } from 'node:path';

import type { Call, EngineApi, SanityRequest } from '../../protocol/engineApi.js';
import { fileNameOf } from '../../protocol/fileNames.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { SanityResult } from '../../protocol/sanity.js';
import { uniqueName } from '../bundle.js';
import { modelSettings } from '../modelSettings.js';
import { endProgress } from '../progress.js';
import { selectClass } from '../selectClass.js';
import { selectLayers } from '../selectLayers.js';
import type { Terminal } from '../terminal.js';
import { weightsOf } from '../weights.js';
import { writeJson, writeOutput } from '../writing.js';
import { csvOf, jsonOf, tableOf } from './numbers.js';
import type { SanityArguments } from './sanityArguments.js';
import { chainsPng } from './strip.js';
import { summarise } from './summary.js';

/** Longer side of a map in a strip, in pixels: strips are long. */
const MAP_SIDE = 144;

/**
 * The command `sanity`: for each picture and method the maps from the model as it is to one that has learned nothing, and how
 * alike they stay.
 * @throws CommandError, EngineError
 */
export async function sanity(
  options: SanityArguments,
  engine: EngineApi,
  call: Call,
  terminal: Terminal,
): Promise<void> {
  const model = resolve(options.model);
  const settings = await modelSettings(options, model);
  const subject = { model, settings, ...weightsOf(options) };
  const info = await engine.open(subject, call);
  const images = options.images.map((image) => resolve(image));
  const request: SanityRequest = {
    ...subject,
    sources: images.map((path) => ({ kind: 'image', path })),
    target: options.target === null ? null : selectClass(info, options.target),
    methods: options.methods,
    layers: selectLayers(info, options.layers) ?? info.layers.map(({ tensor }) => tensor),
    seed: options.seed,
  };
  const result = await engine.sanity(request, call);
  await writeStrips(options.out, { images, info, result }, engine, call);
  endProgress(terminal);
  const summary = summarise(result, options.seed);
  await writeOutput(join(options.out, 'sanity.csv'), csvOf(options.images, info, result), call.signal);
  if (options.json !== null)
    await writeJson(options.json, jsonOf(options, info, result, summary), terminal, call.signal);
  if (options.json !== '-') terminal.print(tableOf(info, result, summary));
}

interface Checked {
  readonly images: readonly string[];
  readonly info: ModelInfo;
  readonly result: SanityResult;
}

async function writeStrips(
  out: string,
  { images, info, result }: Checked,
  engine: EngineApi,
  call: Call,
): Promise<void> {
  const names = new Set<string>();
  for (const [index, { target, chains }] of result.pictures.entries()) {
    const path = images[index] ?? '';
    const picture = await engine.picture(
      { path, preprocessing: info.preprocessing, maxSide: MAP_SIDE },
      call,
    );
    const name = uniqueName(fileNameOf(parse(path).name), names);
    for (const method of new Set(chains.map((chain) => chain.method))) {
      const own = chains.filter((chain) => chain.method === method);
      const png = await chainsPng({
        path,
        picture,
        info,
        target,
        method,
        chains: own,
        modules: result.modules,
      });
      await writeOutput(join(out, `${name}.${method}.png`), png, call.signal);
    }
  }
}
