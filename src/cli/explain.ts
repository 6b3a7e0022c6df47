import { basename, resolve } from 'node:path';
import { readBytes } from '../engine/files.js';
import { checkSettings } from '../engine/image/settings.js';
import type { Call, EngineApi } from '../protocol/engineApi.js';
import type { Explanation, Picture, Prediction } from '../protocol/explanation.js';
import type { ModelInfo, ModelSettings } from '../protocol/model.js';
import type { ExplainArguments } from './arguments.js';
import { writeBundle } from './bundle.js';
import { explanationJson, layerEntries } from './explanationJson.js';
import { CommandError } from './messages.js';
import { endProgress } from './progress.js';
import { selectClass } from './selectClass.js';
import { selectLayers } from './selectLayers.js';
import { table, type Terminal } from './terminal.js';
import { writeJson } from './writing.js';

/** Longer side of the overlays, in pixels. */
const OVERLAY_SIDE = 1024;

/** The command `explain`. @throws CommandError, EngineError */
export async function explain(
  options: ExplainArguments,
  engine: EngineApi,
  call: Call,
  terminal: Terminal,
): Promise<void> {
  const model = resolve(options.model);
  const path = resolve(options.source.path);
  const settings = options.preprocessing === null ? {} : await readSettings(options.preprocessing, model);
  const info = await engine.open({ model, settings }, call);
  const explanation = await engine.explain(
    {
      model,
      settings,
      method: 'relevance-cam',
      source: { kind: options.source.kind, path },
      target: options.class === null ? null : selectClass(info, options.class),
      layers: selectLayers(info, options.layers),
      top: options.top,
    },
    call,
  );
  const picture =
    options.out !== null && options.source.kind === 'image' ? await showable(engine, path, info, call) : null;
  endProgress(terminal);
  if (options.out !== null) {
    await writeBundle(
      options.out,
      { model: options.model, input: options.source.path, picture },
      info,
      explanation,
    );
  }
  if (options.json !== null)
    await writeJson(options.json, explanationJson(options.model, info, explanation), terminal);
  if (options.out === null && options.json === null) terminal.print(report(options, info, explanation));
}

function showable(
  engine: EngineApi,
  path: string,
  { preprocessing }: ModelInfo,
  call: Call,
): Promise<Picture> {
  return engine.picture({ path, preprocessing, maxSide: OVERLAY_SIDE }, call);
}

/** @throws cannotRead, badSetting, CommandError where the file is no JSON */
async function readSettings(file: string, model: string): Promise<ModelSettings> {
  const text = (await readBytes(file)).toString('utf8');
  try {
    const { preprocessing, labels } = checkSettings(model, JSON.parse(text));
    return labels === null ? preprocessing : { ...preprocessing, labels };
  } catch (cause) {
    throw cause instanceof SyntaxError ? new CommandError(`${file} is not JSON.`, { cause }) : cause;
  }
}

/** A short text for people: the predictions, and the heaviest channels of each layer. */
function report(options: ExplainArguments, info: ModelInfo, explanation: Explanation): string {
  const { target, predictions } = explanation;
  const layers = layerEntries(info, explanation).map(
    ({ entry: { path, op, channels, height, width, top } }) => [
      path,
      op,
      `${channels} × ${height} × ${width}`,
      top.map(({ channel, weight }) => `#${channel} (${weight.toPrecision(3)})`).join(', '),
    ],
  );
  const isPrediction = target.index === predictions[0]?.index;
  return [
    `${basename(options.source.path)} · ${basename(options.model)}\n\n`,
    `Predictions\n${table(predictions.map(predictionRow))}\n`,
    `Relevance-CAM for ${target.label} (${target.index}${isPrediction ? ', predicted' : `, ${percent(target).trim()}`})\n`,
    table([['layer', 'operator', 'channels × size', `top ${options.top} channels (weight)`], ...layers]),
  ].join('');
}

function predictionRow(prediction: Prediction): (string | number)[] {
  return [percent(prediction), prediction.index, prediction.label];
}

function percent({ probability }: Prediction): string {
  return `${(100 * probability).toFixed(1)} %`.padStart(7);
}
