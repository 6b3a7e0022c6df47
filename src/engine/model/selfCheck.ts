import type * as ort from 'onnxruntime-node';

import { EngineError, fail } from '../failure.js';
import type { Graph } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';
import { inFloat32 } from '../prepare/float32.js';
import { fixInput } from '../prepare/fixInput.js';
import type { ImageInput } from '../prepare/imageInput.js';
import type { RawAnswer } from '../prepare/logits.js';
import type { PreparedModel } from '../prepare/prepare.js';
import { createSession, type Feeds, type Session } from '../runtime/session.js';
import { weightsAsFeeds } from '../runtime/weightsAsFeeds.js';

/** Two tensors are the same where they differ by less than this part of their largest value. */
const TOLERANCE = 1e-3;

/** What is checked: what an explanation says of the model's answer, and how it was come by. */
export interface Explained {
  readonly file: string;
  /** Reads the file once more. */
  readonly read: () => Promise<Graph>;
  readonly image: ImageInput;
  readonly size: { readonly height: number; readonly width: number };
  readonly answer: Pick<PreparedModel, 'output' | 'logits' | 'logitCount' | 'classes' | 'values' | 'sources'>;
  /** Makes the graph that the explanation was compiled from once more. */
  readonly prepared: () => Promise<Graph>;
}

/**
 * Compares the answer of an explanation with that of the model itself, as the file has it: its output, and its logits where
 * the file has a tensor of them.
 * @param feed the input that was explained
 * @param found the explanation's answer
 * @throws notFiniteLogits, notFiniteZeros, notFiniteTensor where the model computes no numbers; severalPictures; wrongLogits naming the first tensor that
 * differs
 */
export async function checkAnswer(
  { file, read, image, size, answer, prepared }: Explained,
  feed: ort.Tensor,
  found: RawAnswer,
): Promise<void> {
  const { output, logits, logitCount, classes } = answer;
  const model = fixInput(inFloat32(await read()), image, size.height, size.width);
  const feeds = { [image.name]: feed };
  const given = [...new Set([logits, output])].filter((tensor) =>
    model.nodes.some(({ outputs }) => outputs.includes(tensor)),
  );
  const values = await valuesOf(model, given, feeds, file);
  const ofClasses = (z: Float32Array): Float32Array =>
    Float32Array.from(classes, (row) => (row < logitCount ? z[row] : -(z[row - logitCount] ?? NaN)) ?? NaN);
  const wrong = given.filter((tensor, index) => {
    const rows = values[index];
    if (rows === undefined) return false;
    // A file for several pictures at a time was run with this one alone: the first values are its own.
    const expected = rows.subarray(0, tensor === logits ? logitCount : found.output.length);
    if (!expected.every(Number.isFinite)) throw notFiniteFailure(image, tensor, file);
    return tensor === logits
      ? !isSame(ofClasses(expected), found.logits)
      : !isSame(inProbabilities(expected, answer), inProbabilities(found.output, answer));
  });
  const [tensor] = wrong;
  if (tensor === undefined) return;
  if (image.batch > 1) throw fail('severalPictures', { file, batch: image.batch, tensor });
  const single = fixInput(inFloat32(await read()), image, size.height, size.width);
  const different = await firstDifference(single, await prepared(), feeds, file);
  // What overflows comes out otherwise in another order of additions, and where it did need not differ.
  const suspects =
    different === null ? model.nodes.flatMap(({ outputs }) => outputs.filter(Boolean)) : [different];
  const suspected = await valuesOf(model, suspects, feeds, file);
  const notFinite = suspects.find((_, index) => suspected[index]?.every(Number.isFinite) === false);
  if (notFinite !== undefined) throw fail('notFiniteTensor', { file, tensor: notFinite });
  throw fail('wrongLogits', { file, tensor: different ?? tensor });
}

/** A logarithm enlarges how a Sigmoid rounds what is close to 0. */
function inProbabilities(
  output: Float32Array,
  { values, sources }: Pick<Explained['answer'], 'values' | 'sources'>,
): Float32Array {
  if (values !== 'logarithms') return output;
  return output.map((value, index) => {
    const { scale, shift } = sources[index] ?? { scale: 1, shift: 0 };
    return Math.exp((value - shift) / scale);
  });
}

/** Zeros where a model takes other numbers may be divided by. */
function notFiniteFailure({ others }: ImageInput, tensor: string, file: string): Error {
  const zeros = [...others].flatMap(([name, { values }]) => (values === null ? [name] : []));
  if (zeros.length === 0) return fail('notFiniteLogits', { file, tensor });
  return fail('notFiniteZeros', { file, tensor, inputs: zeros.join(', ') });
}

/** The first tensor, in the order of computation, that two graphs both have and compute differently; null for none. */
export async function firstDifference(
  model: Graph,
  other: Graph,
  feeds: Feeds,
  file: string,
): Promise<string | null> {
  const computed = new Set(other.nodes.flatMap(({ outputs }) => outputs));
  const shared = model.nodes.flatMap(({ outputs }) =>
    outputs.filter((name) => name !== '' && computed.has(name)),
  );
  const ours = await valuesOf(other, shared, feeds, file);
  const theirs = await valuesOf(model, shared, feeds, file);
  const differs = (index: number): boolean => {
    const [a, b] = [theirs[index], ours[index]];
    return a !== undefined && b !== undefined && !isSame(a, b);
  };
  return shared.find((_, index) => differs(index)) ?? null;
}

/** Values of these tensors; undefined for one that holds no floats. */
async function valuesOf(
  graph: Graph,
  tensors: readonly string[],
  feeds: Feeds,
  file: string,
): Promise<readonly (Float32Array | undefined)[]> {
  const outputs = tensors.map((name) => ({ name, dataType: DataType.UNDEFINED, shape: null }));
  const { session, weights } = await sessionFor({ ...graph, outputs }, file);
  try {
    const results = await session.run({ ...weights, ...feeds });
    return tensors.map((name) => {
      const data = results[name]?.data;
      return data instanceof Float32Array ? data.slice() : undefined;
    });
  } finally {
    await session.dispose();
  }
}

/** Weights are read where they are: for a single run, taking them over would take longer than the run. */
async function sessionFor(
  graph: Graph,
  file: string,
): Promise<{ readonly session: Session; readonly weights: Feeds }> {
  const options = { graphOptimizationLevel: 'basic' } as const;
  const { open, weights } = weightsAsFeeds(graph);
  try {
    return { session: await createSession(open, file, options), weights };
  } catch (error) {
    if (error instanceof EngineError && error.failure.code === 'outOfMemory') throw error;
    // Some operators want their weights as constants.
    return { session: await createSession(graph, file, options), weights: {} };
  }
}

function isSame(expected: Float32Array, found: Float32Array): boolean {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    expected.length === found.length &&
    expected.every(
      (value, index) =>
        value === found[index] ||
        Math.abs(value - (found[index] ?? NaN)) <= TOLERANCE * Math.max(largest, 1e-6),
    )
  );
}
