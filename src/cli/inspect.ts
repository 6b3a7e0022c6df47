import { resolve } from 'node:path';
import type { Call, EngineApi } from '../protocol/engineApi.js';
import { METHOD_FACTS, METHODS } from '../protocol/methods.js';
import type {
  LayerInfo,
  LayerNode,
  ModelInfo,
  OperatorCoverage,
  OutputInfo,
  ReceptiveField,
} from '../protocol/model.js';
import { READING_STRINGS, READING_TEXTS } from '../protocol/reading.js';
import type { InspectArguments } from './arguments.js';
import { noLayersSentence } from './blocked.js';
import { blockerText } from './messages.js';
import { modelSettings } from './modelSettings.js';
import { preparationTable } from './preparation.js';
import { endProgress } from './progress.js';
import { table, type Terminal } from './terminal.js';
import { weightsOf, weightsText } from './weights.js';
import { writeJson } from './writing.js';

const BY_RELEVANCE = METHODS.map((id) => METHOD_FACTS[id])
  .filter(({ carries }) => carries === 'relevance')
  .map(({ label }) => label)
  .join(', ');

/** The command `inspect`. @returns whether every layer can be explained. @throws CommandError, EngineError */
export async function inspect(
  { model, json, preprocessing, ...options }: InspectArguments,
  engine: EngineApi,
  call: Call,
  terminal: Terminal,
): Promise<boolean> {
  const path = resolve(model);
  const settings = await modelSettings(options, path);
  const info = await engine.open({ model: path, settings, ...weightsOf({ model, ...options }) }, call);
  endProgress(terminal);
  if (json === null)
    terminal.print(preprocessing ? `${model}\n${preparationTable(info)}` : report(model, info));
  else await writeJson(json, inspectionJson(model, info), terminal, call.signal);
  return info.layers.every(({ blockedBy }) => blockedBy === null);
}

function inspectionJson(model: string, info: ModelInfo): string {
  const {
    weights,
    opset,
    producer,
    input,
    otherInputs,
    outputs,
    output,
    labels,
    preprocessing,
    preprocessingSource,
    tree,
    layers,
    operators,
    fileOperators,
    activation,
  } = info;
  const content = {
    model,
    ...(weights && { weights }),
    opset,
    producer,
    inputs: [input, ...otherInputs.map(({ name, shape }) => ({ name, shape }))],
    outputs,
    logits: output,
    activation,
    classes: labels.length,
    preprocessing,
    preprocessingSource,
    tree,
    layers: layers.map(({ field, ...layer }) => ({
      ...layer,
      field: field === undefined ? null : sizeOf(field),
    })),
    operators,
    fileOperators,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** As many pixels of the input as any position depends on. */
function sizeOf({ rows, columns }: ReceptiveField): Readonly<Record<'height' | 'width', number>> {
  const most = (spans: ReceptiveField['rows']): number =>
    Math.max(...spans.map(([first, end]) => end - first));
  return { height: most(rows), width: most(columns) };
}

/** A text for people. */
function report(model: string, info: ModelInfo): string {
  const blocked = info.layers.filter(({ blockedBy }) => blockedBy !== null);
  const facts = [
    ...(info.weights ? [['weights', weightsText(info.weights)]] : []),
    ['opset', String(info.opset)],
    ['producer', info.producer],
    ['input', tensorText(info.input)],
    ...info.otherInputs.map((other) => ['other input', tensorText(other)]),
    ...info.outputs.map((each) => ['output', tensorText(each)]),
    ['logits', tensorText(info.output)],
    ['values', info.activation],
  ];
  return [
    `${model}\n${table(facts)}`,
    ...(info.layers.length > 0 ? [`\nLayers\n${table(treeRows(info))}${legend(info)}`] : []),
    `\nOperators from the picture to the logits\n${table(info.operators.map(operatorRow))}`,
    `\nOperators of the file\n${table(info.fileOperators.map(({ op, count }) => [op, count]))}`,
    `\n${verdict(info, blocked)}`,
  ].join('');
}

function tensorText({ name, shape }: OutputInfo): string {
  return `${name}  ${shape?.map((size) => size ?? '?').join(' × ') ?? 'of unknown shape'}`;
}

function treeRows({ tree, layers }: ModelInfo): string[][] {
  const byTensor = new Map(layers.map((layer) => [layer.tensor, layer]));
  const rowsOf = (node: LayerNode, depth: number): string[][] => [
    [`${'  '.repeat(depth)}${node.name}`, ...layerCells(byTensor.get(node.tensor))],
    ...node.children.flatMap((child) => rowsOf(child, depth + 1)),
  ];
  return tree.flatMap((root) => rowsOf(root, 0));
}

/** What the readings in the tree mean. */
function legend({ layers }: ModelInfo): string {
  const found = new Set(layers.flatMap(({ reading }) => reading ?? []));
  const lines = [...found].map((reading) => `${READING_STRINGS[READING_TEXTS[reading].about]}\n`);
  return lines.length === 0 ? '' : `\n${lines.join('')}`;
}

function layerCells(layer: LayerInfo | undefined): string[] {
  if (!layer) return [];
  const { op, channels, height, width, tokens, reading, blockedBy } = layer;
  const shape = `${channels} × ${height} × ${width}${tokens ? ' tokens' : ''}`;
  const name = reading === null ? '' : READING_STRINGS[READING_TEXTS[reading].name];
  return [op, shape, name, blockedBy ? 'cannot be explained' : ''];
}

function operatorRow({ op, count, covered }: OperatorCoverage): (string | number)[] {
  return [op, count, covered ? 'covered' : 'no relevance rule'];
}

function verdict(info: ModelInfo, blocked: readonly LayerInfo[]): string {
  const count = info.layers.length;
  if (count === 0) return `${noLayersSentence(info)}\n`;
  if (blocked.length === 0) return `All ${count} layers can be explained.\n`;
  const rows = blocked.map(({ path, blockedBy }) => [path, blockedBy ? blockerText(blockedBy) : '']);
  return `${blocked.length} of ${count} layers cannot be explained by relevance (${BY_RELEVANCE}):\n${table(rows)}`;
}
