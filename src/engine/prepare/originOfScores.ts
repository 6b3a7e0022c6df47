import type { Value } from '../onnx/builder.js';
import { input, int, type Node, output } from '../onnx/graph.js';
import { elementCount, floatValues, integerValues } from '../onnx/tensor.js';
import { activationsOf, type Flow } from '../rules/flow.js';
import { movedPlaces, SELECTIONS } from './movedPlaces.js';
import { ARITHMETIC, asProbabilities, type Origin, plain, risen, rowsOf, withConstants } from './origin.js';
import {
  isMadeOfAll,
  reductionBehind,
  writtenLogSigmoid,
  writtenLogSoftmax,
  writtenSoftmax,
} from './writtenOut.js';

/** Every value stays at its place, where their number does. */
export const SHAPING = new Set([
  ...['Identity', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze', 'Transpose', 'Cast', 'Dropout', 'Expand'],
  ...['GlobalAveragePool', 'GlobalMaxPool', 'ReduceMean', 'ReduceMax', 'ReduceSum', 'Clip'],
  ...['Round', 'Floor', 'Ceil'],
]);
/** What a class's probabilities at several places are one by. */
const POOLING = new Set(['GlobalAveragePool', 'GlobalMaxPool', 'ReduceMean', 'ReduceMax']);
/** The higher the value, the higher the result. */
const RISING = new Set(['Sqrt', 'Exp', 'Log', 'Tanh', 'LpNormalization']);
/** What ensembles are made with. */
const JOINING = new Set(['Add', 'Sum', 'Mean', 'Mul', 'Max', 'Min', 'Concat']);

/**
 * Finds the logits that scores come out of: back through what keeps the order of a picture's classes, or only selects and
 * formats them, to a Softmax or Sigmoid, be it written out.
 * @param isGiven whether the file has a tensor of this name
 * @returns null where there is no such way
 */
export function originOfScores(
  flow: Flow,
  scores: Value,
  isGiven: (tensor: Value) => boolean,
): Origin | null {
  const known = new Map<Value, Origin | null>();
  const count = (tensor: Value): number => elementCount(flow.shape(tensor));
  const constant = (tensor: Value): readonly number[] | null => {
    const stored = flow.graph.initializers.get(tensor);
    const values = stored && (floatValues(stored) ?? integerValues(stored));
    return values ? Array.from(values) : null;
  };

  const originOf = (tensor: Value): Origin | null => {
    const found = known.get(tensor);
    if (found !== undefined) return found;
    const node = flow.isConstant(tensor) ? undefined : flow.producer(tensor);
    const origin = node === undefined ? null : (activated(node) ?? behind(node, tensor));
    known.set(tensor, origin);
    return origin;
  };

  /** What an activation gives, be it written out; null where a node is none. */
  const activated = (node: Node): Origin | null => {
    if (node.op === 'Sigmoid' || node.op === 'HardSigmoid')
      return before(input(node, 0), 'sigmoid', 'probabilities');
    if (isSoftmax(node)) {
      // Of a single value it is 1: no other class competes.
      const own = count(output(node)) === 1 ? 'sigmoid' : 'softmax';
      return before(input(node, 0), own, node.op === 'Softmax' ? 'probabilities' : 'logarithms');
    }
    const powers = writtenSoftmax(flow, node);
    if (powers !== null) return before(powers, 'softmax', 'probabilities');
    const own = writtenLogSigmoid(flow, node);
    if (own !== null) return before(own, 'sigmoid', 'logarithms');
    const logarithms = writtenLogSoftmax(flow, node);
    return logarithms === null ? null : before(logarithms, 'softmax', 'logarithms');
  };

  /** Over all classes of one picture. */
  const isSoftmax = (node: Node): boolean => {
    if (node.op !== 'Softmax' && node.op !== 'LogSoftmax') return false;
    const shape = flow.shape(input(node, 0));
    return shape.at(int(node, 'axis', -1)) === elementCount(shape);
  };

  /** The logits of an activation are what enters it, or what stands before an earlier one. */
  const before = (x: Value, own: Origin['own'], values: Origin['values']): Origin => {
    const earlier = originOf(x);
    if (earlier !== null) return { ...earlier, own, values, sources: earlier.sources.map(plain) };
    return { logits: [givenBefore(x)], own, values, sources: rowsOf(count(x)) };
  };

  /** Logits before what is the same for all classes is subtracted, and before they take a shape that the file has not. */
  const givenBefore = (tensor: Value): Value => {
    const node = flow.producer(tensor);
    if (node === undefined) return tensor;
    const x = input(node, 0);
    if (node.op === 'Sub' && isMadeOfAll(flow, input(node, 1), x)) return givenBefore(x);
    const isShaped = SHAPING.has(node.op) && !flow.isConstant(x) && count(x) === count(tensor);
    return isShaped && !isGiven(tensor) ? givenBefore(x) : tensor;
  };

  const behind = (node: Node, tensor: Value): Origin | null => {
    const [x = '', other] = activationsOf(flow, node);
    if (other === undefined) return ofOne(node, tensor, x);
    if (node.op === 'Where') return ofChoice(node);
    if (node.op === 'Div' && isComplement(other, x)) {
      const origin = originOf(x);
      return origin && { ...origin, values: 'other' };
    }
    const isCommon = node.op === 'Div' || node.op === 'Sub';
    if (isCommon && x === input(node, 0) && isMadeOfAll(flow, other, x)) return ofShares(node, x, other);
    return JOINING.has(node.op) ? ofParts(node) : null;
  };

  /** What a node with one input that is not constant makes of it. */
  const ofOne = (node: Node, tensor: Value, x: Value): Origin | null => {
    const { op } = node;
    const sets = [SHAPING, RISING, ARITHMETIC, SELECTIONS];
    const origin = sets.some((ops) => ops.has(op)) ? originOf(x) : null;
    if (origin === null || origin.logits.length > 1) return origin;
    if (SHAPING.has(op)) return count(x) === count(tensor) ? origin : pooled(node, tensor, origin);
    if (RISING.has(op)) return risen(node, origin);
    const rows = count(origin.logits[0] ?? '');
    if (ARITHMETIC.has(op)) return withConstants(node, x, origin, { size: count(tensor), rows, constant });
    const places = movedPlaces(node, tensor, flow, constant);
    return places && { ...origin, sources: places.flatMap((place) => origin.sources[place] ?? []) };
  };

  /** Of sigmoids at several places one value each: passes start at those, since no single logit is behind one. */
  const pooled = ({ op }: Node, tensor: Value, { own, values }: Origin): Origin | null => {
    if (!POOLING.has(op) || own !== 'sigmoid' || values !== 'probabilities') return null;
    return { logits: [tensor], own, values, sources: rowsOf(count(tensor)) };
  };

  /** Where the other values are constants: a threshold, or classes that are not to be. */
  const ofChoice = (node: Node): Origin | null => {
    const [scored, ...more] = node.inputs.slice(1).filter((name) => !flow.isConstant(name));
    if (scored === undefined || more.length > 0) return null;
    return count(scored) === count(output(node)) ? originOf(scored) : null;
  };

  /** Whether a tensor is 1 − x: x by that are the odds. */
  const isComplement = (tensor: Value, x: Value): boolean => {
    const node = flow.producer(tensor);
    return node?.op === 'Sub' && input(node, 1) === x && constant(input(node, 0))?.join() === '1';
  };

  /** Divided by, or less, what is the same for all classes. */
  const ofShares = (node: Node, x: Value, common: Value): Origin | null => {
    const origin = originOf(x);
    const reduction = reductionBehind(flow, common)?.op ?? '';
    const isShare = node.op === 'Div' && (reduction === 'ReduceSum' || reduction === 'ReduceL1');
    return origin && (isShare ? asProbabilities(origin) : { ...origin, values: 'other' });
  };

  /** Parts of one answer side by side, or an ensemble. */
  const ofParts = (node: Node): Origin | null => {
    const parts = node.inputs.filter(Boolean).map(originOf);
    const found = parts.filter((part) => part !== null);
    const [first] = found;
    if (first === undefined || found.length < parts.length) return null;
    const logits = [...new Set(found.flatMap((part) => part.logits))];
    const isAlike = found.every(({ own, values }) => own === first.own && values === first.values);
    const isSideBySide = node.op === 'Concat' && isAlike;
    if (logits.length === 1)
      return isSideBySide ? { ...first, sources: found.flatMap(({ sources }) => sources) } : null;
    // Of shares that are added or multiplied, their sum tells whether they still are some.
    const areKept = isSideBySide || (isAlike && first.own === 'sigmoid');
    return { ...first, logits, values: areKept ? first.values : 'other', sources: [] };
  };

  return originOf(scores);
}
