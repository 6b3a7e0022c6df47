import * as ort from 'onnxruntime-node';

import { EngineError } from '../failure.js';
import { elementCount } from '../onnx/tensor.js';
import { isWhole } from '../prepare/imageInput.js';
import { imageTensor } from '../prepare/imageTensor.js';
import type { RawAnswer } from '../prepare/logits.js';
import { floats } from '../runtime/fetched.js';
import { createSession, type Feeds, type Fetches, type Session } from '../runtime/session.js';
import { type Batch, forwardGraph, pictureShape, type ForwardModel } from './forward.js';
import { ACTIVATIONS, maskedGraph, type MaskedGraph, PICTURES } from './maskedGraph.js';

/** Activations that mask a picture: count × height × width values. */
export interface Masks {
  readonly values: Float32Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** A model ready to run on masked or otherwise changed pictures. */
export interface MaskedModel {
  /** How many masks or pictures the next run should take. */
  readonly atOnce: number;
  /**
   * @param picture values of the image input, as the model takes them
   * @returns softmax(z(x ⊙ mask)) of every mask, 0 for a constant one: count × classes values
   * @throws runtimeRefused, outOfMemory
   */
  score(picture: Float32Array, masks: Masks): Promise<Float32Array>;
  /**
   * @param pictures values of the image input each, as the model takes them
   * @returns what the model says of each
   * @throws runtimeRefused, outOfMemory
   */
  answer(pictures: readonly Float32Array[]): Promise<readonly RawAnswer[]>;
  dispose(): Promise<void>;
}

/** The masked forward passes of one open model, made ready when the first is asked for. */
export class MaskedPasses {
  readonly #model: ForwardModel;
  #opened: Promise<MaskedModel> | null = null;

  constructor(model: ForwardModel) {
    this.#model = model;
  }

  /** @throws every failure of reading a model; runtimeRefused, outOfMemory */
  ready(): Promise<MaskedModel> {
    const opened = this.#opened ?? openMaskedModel(this.#model);
    this.#opened = opened;
    // What failed is tried anew.
    opened.catch(() => {
      this.#opened = null;
    });
    return opened;
  }

  async dispose(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    await (await opened)?.dispose();
  }
}

/** How many pictures one run may take: more gain no time, and need memory, which the session keeps for the next. */
const MOST_AT_ONCE = 4;
/** A run blocks the process, and a request can be cancelled only between runs: none should take longer than this, in ms. */
const RUN_MS = 800;
/** Values are the same where they differ by less than this part of the largest. */
const TOLERANCE = 1e-4;

/**
 * Makes a model ready for masked pictures, several in one run where its graph allows it: a model exported for a batch of one
 * may have that size written into it, which only shows when it runs.
 */
async function openMaskedModel(scored: ForwardModel): Promise<MaskedModel> {
  const many = await orNull(() => open(scored, 'pictures'));
  if (many !== null) {
    if (await takesSeveral(scored, many)) return maskedModel(scored, many, MOST_AT_ONCE);
    await many.session.dispose();
  }
  return maskedModel(scored, await open(scored, 1), 1);
}

interface Opened extends Omit<MaskedGraph, 'graph'> {
  readonly session: Session;
}

async function open(scored: ForwardModel, batch: Batch): Promise<Opened> {
  const { graph, ...names } = maskedGraph(await forwardGraph(scored, batch), scored);
  // Nothing between the operators is read, so ONNX Runtime may join them.
  return { ...names, session: await createSession(graph, scored.file, { extra: {} }) };
}

/** What cannot run with several pictures is run with one; whatever else is wrong shows there too. */
async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}

/** Whether the model says of two masked pictures in one run what it says of each by itself, and its logits tell the two apart. */
async function takesSeveral(scored: ForwardModel, { session, logits, output }: Opened): Promise<boolean> {
  const picture = Float32Array.from({ length: elementCount(pictureShape(scored)) }, (_, index) =>
    isWhole(scored.image) ? 128 + 127 * Math.sin(index) : Math.sin(index),
  );
  const [across, down] = [Float32Array.of(0, 1, 0, 1), Float32Array.of(0, 0, 1, 1)];
  const run = (values: Float32Array): Promise<Fetches> => {
    const masks = { values, count: values.length / 4, height: 2, width: 2 };
    return session.run(masked(scored, picture, masks), [logits, output]);
  };
  const found = await orNull(async () => ({
    first: await run(across),
    second: await run(down),
    both: await run(Float32Array.of(...across, ...down)),
  }));
  if (found === null) return false;
  const { first, second, both } = found;
  const areSame = [logits, output].every((name) => {
    const apart = Float32Array.of(...floats(first, name), ...floats(second, name));
    return isSame(apart, floats(both, name));
  });
  return areSame && !isSame(floats(first, logits), floats(second, logits));
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  const tolerance = TOLERANCE * a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.length === b.length && a.every((value, index) => Math.abs(value - (b[index] ?? NaN)) <= tolerance);
}

function maskedModel(
  scored: ForwardModel,
  { session, output, logits, probabilities }: Opened,
  mostAtOnce: number,
): MaskedModel {
  let atOnce = 1;
  const run = async (feeds: Feeds, fetches: readonly string[]): Promise<Fetches> => {
    const started = performance.now();
    const results = await session.run(feeds, fetches);
    const ms = performance.now() - started;
    if (ms > RUN_MS) atOnce = Math.ceil(atOnce / 2);
    else if (ms < RUN_MS / 2) atOnce = Math.min(2 * atOnce, mostAtOnce);
    return results;
  };
  return {
    get atOnce() {
      return atOnce;
    },
    async score(picture, masks) {
      return floats(await run(masked(scored, picture, masks), [probabilities]), probabilities);
    },
    async answer(pictures) {
      const results = await run(unmasked(scored, pictures), [output, logits]);
      const [outputs, rows] = [floats(results, output), floats(results, logits)];
      const part = (values: Float32Array, index: number): Float32Array => {
        const size = values.length / pictures.length;
        return values.slice(index * size, (index + 1) * size);
      };
      return pictures.map((_, index) => ({ output: part(outputs, index), logits: part(rows, index) }));
    },
    dispose: () => session.dispose(),
  };
}

function masked(scored: ForwardModel, picture: Float32Array, masks: Masks): Feeds {
  return {
    [PICTURES]: imageTensor(scored.image, pictureShape(scored), picture),
    [ACTIVATIONS]: new ort.Tensor('float32', masks.values, [masks.count, masks.height, masks.width]),
  };
}

/** Pictures as they are: a constant activation masks nothing. */
function unmasked(scored: ForwardModel, pictures: readonly Float32Array[]): Feeds {
  const count = pictures.length;
  const [, ...shape] = pictureShape(scored);
  const values = new Float32Array(count * elementCount(shape));
  pictures.forEach((picture, index) => {
    values.set(picture, index * elementCount(shape));
  });
  return {
    [PICTURES]: imageTensor(scored.image, [count, ...shape], values),
    [ACTIVATIONS]: new ort.Tensor('float32', new Float32Array(count), [count, 1, 1]),
  };
}
