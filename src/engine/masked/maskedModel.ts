import * as ort from 'onnxruntime-node';

import { EngineError } from '../failure.js';
import { elementCount } from '../onnx/tensor.js';
import { isWhole } from '../prepare/imageInput.js';
import { imageTensor } from '../prepare/imageTensor.js';
import { floats } from '../runtime/fetched.js';
import { createSession, type Session } from '../runtime/session.js';
import { type Batch, forwardGraph, pictureShape, type ForwardModel } from './forward.js';
import { ACTIVATIONS, maskedGraph, type MaskedGraph, PICTURE } from './maskedGraph.js';

/** Activations that mask a picture: count × height × width values. */
export interface Masks {
  readonly values: Float32Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** A model ready to run on masked pictures. */
export interface MaskedModel {
  /** How many masks one run may take: more need memory and gain no time. */
  readonly mostAtOnce: number;
  /**
   * @param picture values of the image input, as the model takes them
   * @returns softmax(z(x ⊙ mask)) of every mask, 0 for a constant one: count × classes values
   * @throws runtimeRefused, outOfMemory
   */
  score(picture: Float32Array, masks: Masks): Promise<Float32Array>;
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

const MOST_AT_ONCE = 8;
/** Logits are the same where they differ by less than this part of the largest. */
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
  // Nothing between the operators is read, so ONNX Runtime may join them. Without an arena, which would keep what the
  // largest batch took.
  const options = { extra: {}, enableCpuMemArena: false };
  return { ...names, session: await createSession(graph, scored.file, options) };
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

/** Whether two masked pictures in one run have the logits that each has by itself, and these tell the two apart. */
async function takesSeveral(scored: ForwardModel, { session, logits }: Opened): Promise<boolean> {
  const picture = Float32Array.from({ length: elementCount(pictureShape(scored)) }, (_, index) =>
    isWhole(scored.image) ? 128 + 127 * Math.sin(index) : Math.sin(index),
  );
  const [across, down] = [Float32Array.of(0, 1, 0, 1), Float32Array.of(0, 0, 1, 1)];
  const run = async (values: Float32Array): Promise<Float32Array> => {
    const masks = { values, count: values.length / 4, height: 2, width: 2 };
    return floats(await session.run(feeds(scored, picture, masks), [logits]), logits);
  };
  const found = await orNull(async () => ({
    first: await run(across),
    second: await run(down),
    both: await run(Float32Array.of(...across, ...down)),
  }));
  if (found === null) return false;
  const { first, second, both } = found;
  const tolerance =
    TOLERANCE * [...first, ...second].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const isSame = (a: Float32Array, b: Float32Array): boolean =>
    a.length === b.length && a.every((value, index) => Math.abs(value - (b[index] ?? NaN)) <= tolerance);
  return !isSame(first, second) && isSame(Float32Array.of(...first, ...second), both);
}

function maskedModel(
  scored: ForwardModel,
  { session, probabilities }: Opened,
  mostAtOnce: number,
): MaskedModel {
  return {
    mostAtOnce,
    async score(picture, masks) {
      return floats(await session.run(feeds(scored, picture, masks), [probabilities]), probabilities);
    },
    dispose: () => session.dispose(),
  };
}

function feeds(scored: ForwardModel, picture: Float32Array, masks: Masks): Record<string, ort.Tensor> {
  return {
    [PICTURE]: imageTensor(scored.image, pictureShape(scored), picture),
    [ACTIVATIONS]: new ort.Tensor('float32', masks.values, [masks.count, masks.height, masks.width]),
  };
}
