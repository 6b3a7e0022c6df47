import { setImmediate } from 'node:timers/promises';

import * as ort from 'onnxruntime-node';

import type { ScoreCam } from '../../src/engine/scoreCam/scoreCam.js';
import { ScoreCache } from '../../src/engine/scoreCam/scores.js';
import type { LayerInfo } from '../../src/protocol/model.js';
import { anyInput, open, plainSession, type Row, type Subject } from './subject.mjs';
import { time } from './timing.mjs';

/** The first layer with as many channels as possible up to here: `layer2` of ResNet-50. */
const MOST_CHANNELS = 512;
/** Both sides take turns of about this many passes, so that they meet the same machine. */
const TURN = 16;

/** Score-CAM of one layer, from opening its session to the map, against as many plain passes one after the other. */
export async function scoring(subject: Subject): Promise<readonly Row[]> {
  const session = await plainSession(subject);
  const model = await open(subject);
  const { input, layers } = model.facts;
  const values = anyInput(model);
  const feeds = { [input.name]: new ort.Tensor('float32', values, input.shape) };
  const plainPass = async (): Promise<number> => (await time(() => session.run(feeds))).ms;
  for (let warming = 0; warming < 3; warming++) await plainPass();

  const turns = new Turns(model.scoreCam, widest(layers), values);
  let [scoreMs, plainMs, passes] = [0, 0, 0];
  while (!turns.isDone) {
    const { ms, result } = await time(() => turns.take(TURN));
    scoreMs += ms;
    passes += result;
    for (let pass = 0; pass < result; pass++) plainMs += await plainPass();
  }
  const again = await time(() => turns.explain(1));
  await model.dispose();
  await session.release();

  const plain = `${passes} plain forward passes`;
  return [
    { name: plain, value: plainMs, unit: 'ms' },
    {
      name: `Score-CAM of ${passes} channels`,
      value: scoreMs,
      unit: 'ms',
      ratio: { of: plain, times: scoreMs / plainMs },
    },
    { name: 'Score-CAM of another class', value: again.ms, unit: 'ms' },
  ];
}

function widest(layers: readonly LayerInfo[]): LayerInfo {
  const fitting = layers.filter(({ channels }) => channels <= MOST_CHANNELS);
  const most = Math.max(...fitting.map(({ channels }) => channels));
  const layer = fitting.find(({ channels }) => channels === most);
  if (layer === undefined) throw new Error(`no layer has at most ${MOST_CHANNELS} channels`);
  return layer;
}

/** One layer's explanation in parts: a request that is cancelled, and goes on with the next. */
class Turns {
  isDone = false;
  readonly #scoreCam: ScoreCam;
  readonly #layer: LayerInfo;
  readonly #input: Float32Array;
  readonly #cache = new ScoreCache();
  #scored = 0;

  constructor(scoreCam: ScoreCam, layer: LayerInfo, input: Float32Array) {
    this.#scoreCam = scoreCam;
    this.#layer = layer;
    this.#input = input;
  }

  /** Scores at least so many channels, if there are as many left. @returns how many it were */
  async take(count: number): Promise<number> {
    const before = this.#scored;
    const controller = new AbortController();
    const progress = (_: string, fraction: number | null): void => {
      this.#scored = Math.round((fraction ?? 0) * this.#layer.channels);
      if (this.#scored >= before + count) controller.abort();
    };
    try {
      await this.explain(0, controller.signal, progress);
      this.isDone = true;
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    }
    return this.#scored - before;
  }

  async explain(
    target: number,
    signal = new AbortController().signal,
    progress: (stage: string, fraction: number | null) => void = () => undefined,
  ): Promise<void> {
    const request = { input: this.#input, layers: [this.#layer.tensor], targets: [target], top: 3 };
    await this.#scoreCam.explain(
      request,
      this.#cache,
      { signal, progress, giveWay: () => setImmediate() },
      () => undefined,
    );
  }
}
