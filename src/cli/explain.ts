import { resolve } from 'node:path';
import { CARD_STRINGS, cardSentence } from '../protocol/cardNote.js';
import type { Call, CompareRequest, EngineApi, OpenRequest } from '../protocol/engineApi.js';
import type { Explanation, Picture } from '../protocol/explanation.js';
import { DEFAULT_METHOD } from '../protocol/methods.js';
import type { ModelInfo } from '../protocol/model.js';
import { methodFor } from '../protocol/pixels.js';
import type { ExplainArguments } from './arguments.js';
import { blockedSentences, noLayersSentence } from './blocked.js';
import { writeBundle } from './bundle.js';
import { explanationsJson } from './explanationJson.js';
import { checkGridSize, GRID_SIDE, gridPng, isGrid } from './grid.js';
import { CommandError } from './messages.js';
import { modelSettings } from './modelSettings.js';
import { endProgress } from './progress.js';
import { reportText } from './report.js';
import { selectClass } from './selectClass.js';
import { selectLayers } from './selectLayers.js';
import type { Terminal } from './terminal.js';
import { weightsOf } from './weights.js';
import { writeJson, writeOutput } from './writing.js';

/** Longer side of the overlays in a folder, in pixels. */
const OVERLAY_SIDE = 1024;

/** The command `explain`. @throws CommandError, EngineError */
export async function explain(
  options: ExplainArguments,
  engine: EngineApi,
  call: Call,
  terminal: Terminal,
): Promise<void> {
  const model = resolve(options.model);
  const settings = await modelSettings(options, model);
  const subject = { model, settings, ...weightsOf(options) };
  const info = await engine.open(subject, call);
  const request = requestOf(options, info, subject);
  if (options.out !== null && isGrid(options.out)) {
    const { methods, targets, layers } = request;
    checkGridSize(methods.length, targets.length, (layers ?? info.layers).length);
  }
  const explanations = await engine.compare(request, call);
  endProgress(terminal);
  const notes = notesOf(options, info, explanations);
  const isEmpty = explanations.every(({ layers }) => layers.length === 0);
  // What an ensemble predicts can be told, though no layer be explained.
  if (isEmpty && (options.out !== null || !explanations.some(isOfSeveral)))
    throw new CommandError(notes.join(' '));
  for (const sentence of notes) terminal.report(`relevance-cam: ${sentence}\n`);
  if (options.out === null && options.json === null) terminal.print(reportText(options, info, explanations));
  else await write(options, info, explanations, engine, call, terminal);
}

async function write(
  options: ExplainArguments,
  info: ModelInfo,
  explanations: readonly Explanation[],
  engine: EngineApi,
  call: Call,
  terminal: Terminal,
): Promise<void> {
  const { model, source, out, json } = options;
  const picture = await pictureOf(options, info, engine, call);
  const origin = { model, source, picture };
  const card = explanations[0]?.card;
  if (card !== undefined) terminal.report(`relevance-cam: ${cardSentence(card, CARD_STRINGS)}\n`);
  if (out !== null && isGrid(out))
    await writeOutput(out, await gridPng(origin, info, explanations), call.signal);
  else if (out !== null) await writeBundle(out, origin, info, explanations, call.signal);
  endProgress(terminal);
  if (json !== null) {
    const text = await explanationsJson(options, info, explanations, picture);
    await writeJson(json, text, terminal, call.signal);
  }
}

/** What cannot be explained, and why the pixels are where nobody asked for them. */
function notesOf(
  { methods }: ExplainArguments,
  info: ModelInfo,
  explanations: readonly Explanation[],
): readonly string[] {
  const blocked = blockedSentences(info, explanations);
  const isSurprise = info.layers.length === 0 && (methods.length === 0 || blocked.length > 0);
  return isSurprise ? [...blocked, noLayersSentence(info)] : blocked;
}

function isOfSeveral({ blocked }: Explanation): boolean {
  return blocked.some(({ blockedBy }) => blockedBy.reason === 'severalLogits');
}

/** @throws unknownLayer, CommandError where a class or layer is not there */
function requestOf(options: ExplainArguments, info: ModelInfo, subject: OpenRequest): CompareRequest {
  const { methods, source, classes, layers, top } = options;
  const targets = [...new Set(classes.map((wanted) => selectClass(info, wanted)))];
  return {
    ...subject,
    methods: methods.length > 0 ? methods : [methodFor(info, DEFAULT_METHOD)],
    source: { kind: source.kind, path: resolve(source.path) },
    targets: targets.length > 0 ? targets : [null],
    layers: selectLayers(info, layers),
    top,
    carried: false,
  };
}

/** null where the input is an array. */
async function pictureOf(
  { source, out }: ExplainArguments,
  { preprocessing }: ModelInfo,
  engine: EngineApi,
  call: Call,
): Promise<Picture | null> {
  if (source.kind !== 'image') return null;
  const maxSide = out !== null && isGrid(out) ? GRID_SIDE : OVERLAY_SIDE;
  return engine.picture({ path: resolve(source.path), preprocessing, maxSide }, call);
}
