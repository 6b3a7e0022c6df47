import { fail } from '../failure.js';
import type { Graph, Shapes, ValueInfo } from '../onnx/graph.js';
import { DataType, elementCount } from '../onnx/tensor.js';
import { upstreamOf } from '../onnx/walk.js';
import { flowOf } from '../rules/analysis.js';
import { CHOICES } from './decisions.js';
import { type Origin, rowsOf, type Source } from './origin.js';
import { kindOfValues } from './kindOfValues.js';
import { originOfScores } from './originOfScores.js';

/** Where a model's answer is. */
export interface Answer {
  /** The file's tensor of one value per class, or of one that speaks for class 1. */
  readonly output: string;
  /** What passes start at. */
  readonly logits: string;
  /** What the file itself makes of the logits; null where it puts them out as they are. */
  readonly own: 'softmax' | 'sigmoid' | null;
  /** What the output's values are; `logits` where no activation made them. */
  readonly values: Origin['values'] | 'logits';
  /** Where each of them comes from. */
  readonly sources: readonly Source[];
  /** The logits of an ensemble, whose answer has none of its own. */
  readonly ensemble: readonly string[];
}

/** What a model says of a picture, as it was computed. */
export interface RawAnswer {
  /** What the model puts out. */
  readonly output: Float32Array;
  /** One per class. */
  readonly logits: Float32Array;
}

/** What somebody says of which output is meant. */
export interface OutputChoice {
  /** The user's choice. */
  readonly output: string | null;
  /** How many classes the lists of labels have that belong to the model, the most trusted one first. */
  readonly labelCounts: readonly number[];
}

/**
 * Finds the output of one float value per class, (1, N), (N) or (1, N, 1, 1), and the logits that it comes from: what
 * enters its Softmax or Sigmoid.
 * @param graph whose outputs are those that may be meant
 * @param shapes of the graph's tensors
 * @param given the file's tensors and outputs
 * @returns the first such output, or the first with as many values as there are labels
 * @throws noLogits or badSetting, saying what the model puts out instead; severalPictures
 */
export function findLogits(
  { graph, image, shapes }: { readonly graph: Graph; readonly image: string; readonly shapes: Shapes },
  given: { readonly tensors: ReadonlySet<string>; readonly outputs: readonly ValueInfo[] },
  { output: chosen, labelCounts }: OutputChoice,
  { file, batch }: { readonly file: string; readonly batch: number },
): Answer {
  const count = (name: string): number => elementCount(shapes.get(name) ?? []);
  const isList = ({ name, dataType }: ValueInfo): boolean => {
    const shape = shapes.get(name);
    return dataType === DataType.FLOAT && shape !== undefined && isOfClasses(shape) && count(name) > 0;
  };
  const lists = graph.outputs.filter(isList).map(({ name }) => name);
  const ofLabels = labelCounts.flatMap((labels) => [
    ...lists.filter((name) => count(name) === labels),
    ...lists.filter((name) => count(name) === 1 && labels === 2),
  ]);
  const [found] = [
    ...ofLabels,
    ...lists.filter((name) => !isOfFeatures(graph, name, lists, count)),
    ...lists,
  ];
  if (found === undefined) throw refusalOf(graph.outputs, shapes, given.outputs, chosen, { file, batch });
  // Scores that only a label is made of stand behind what the file makes of them to be put out, class by class.
  const isChosen = (name: string): boolean => {
    const before = upstreamOf(graph, name);
    return graph.nodes.some(({ op, outputs, inputs }) => {
      const isBetween = outputs.some((tensor) => tensor === name || before.has(tensor));
      return isBetween && CHOICES.has(op) && inputs.some((tensor) => isAtOrBehind(tensor, found));
    });
  };
  const isAtOrBehind = (name: string, source: string): boolean =>
    name === source || upstreamOf(graph, name).has(source);
  const isOfFound = (name: string): boolean =>
    count(name) === count(found) && isAtOrBehind(name, found) && !isChosen(name);
  const isPutOut = (name: string): boolean => given.outputs.some((info) => info.name === name);
  const output = isPutOut(found) ? found : (lists.find((name) => isPutOut(name) && isOfFound(name)) ?? found);
  const flow = flowOf(graph, image, shapes);
  const origin = originOfScores(flow, output, (tensor) => given.tensors.has(tensor));
  const sources = origin === null ? null : ofRows(origin, count(origin.logits[0] ?? ''));
  const bare = rowsOf(count(output));
  if (origin === null || sources === null || origin.logits.length !== 1) {
    const ensemble = origin === null || origin.logits.length === 1 ? [] : origin.logits;
    const values = origin === null ? kindOfValues(flow, output) : sources === null ? 'other' : origin.values;
    return { output, logits: output, own: null, values, sources: bare, ensemble };
  }
  const { logits, own, values } = origin;
  return { output, logits: logits[0] ?? output, own, values, sources, ensemble: [] };
}

/** Whether another list is made of this one, which no activation makes probabilities of: features beside their classes. */
function isOfFeatures(
  graph: Graph,
  name: string,
  lists: readonly string[],
  count: (name: string) => number,
): boolean {
  const isMadeOf = (other: string): boolean => upstreamOf(graph, other).has(name);
  const [made] = lists.filter((other) => count(other) > 1 && count(other) !== count(name) && isMadeOf(other));
  if (made === undefined) return false;
  const before = upstreamOf(graph, made);
  return !graph.nodes.some(({ op, outputs: [first = ''] }) => {
    const isBetween = before.has(first) && upstreamOf(graph, first).has(name);
    return ACTIVATIONS.has(op) && count(first) === count(name) && isBetween;
  });
}

const ACTIVATIONS = new Set(['Softmax', 'LogSoftmax', 'Sigmoid']);

/** Why none of the outputs can be that of the classes. */
function refusalOf(
  outputs: readonly ValueInfo[],
  shapes: Shapes,
  given: readonly ValueInfo[],
  chosen: string | null,
  { file, batch }: { readonly file: string; readonly batch: number },
): Error {
  const reason = `the model puts out ${putOut(given, shapes)}`;
  if (chosen !== null) return fail('badSetting', { setting: 'output', file, reason });
  const rows = outputs.find(({ name }) => isOfClasses(shapes.get(name)?.slice(1) ?? [0, 0]));
  return batch > 1 && rows
    ? fail('severalPictures', { file, batch, tensor: rows.name })
    : fail('noLogits', { file, outputs: putOut(given, shapes) });
}

/**
 * For each class its row of [z, −z], the logits and their negations. An output of one value speaks for class 1.
 * @param count how many logits there are
 */
export function classRows(
  { own, sources }: Pick<Answer, 'own' | 'sources'>,
  count: number,
): readonly number[] {
  const [row = 0, ...others] = sources.map((source) => source.row);
  if (others.length > 0) return [row, ...others];
  const negation = own === 'softmax' && count === 2 ? 1 - row : (row + count) % (2 * count);
  return [negation, row];
}

/** Whether the answer orders the classes as their logits do: constants of single classes may bring others to the front. */
export function ordersAlike({ sources: [first, ...others] }: Pick<Answer, 'sources'>): boolean {
  return others.every(({ scale, shift }) => scale === first?.scale && shift === first.shift);
}

/** Whether a tensor of this shape can be one of a value for each class. */
export function isOfClasses(shape: readonly number[]): boolean {
  return shape.filter((size) => size !== 1).length <= 1;
}

/** Outputs with their shapes, in words. */
export function putOut(outputs: readonly ValueInfo[], shapes: Shapes = new Map()): string {
  return outputs
    .map(({ name, shape }) => {
      const sizes = shapes.get(name) ?? shape?.map((size) => size ?? '?');
      return `${name} (${sizes?.join(' × ') ?? 'of unknown shape'})`;
    })
    .join('; ');
}

/**
 * Of two classes that exclude each other the negation of one is the other; among more there is none, but for an output of
 * one value. null where that leaves a value without a row.
 */
function ofRows({ own, sources }: Origin, count: number): readonly Source[] | null {
  const isNegation = ({ row }: Source): boolean => row >= count;
  if (own === 'sigmoid' || !sources.some(isNegation)) return sources;
  if (count === 2)
    return sources.map((source) => (isNegation(source) ? { ...source, row: 3 - source.row } : source));
  return sources.length === 1 ? sources : null;
}
