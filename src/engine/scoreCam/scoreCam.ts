import { createHash } from 'node:crypto';

import type { LayerExplanation } from '../../protocol/explanation.js';
import type { FeatureMap } from '../layers/grid.js';
import type { ForwardModel } from '../masked/forward.js';
import type { MaskedPasses } from '../masked/maskedModel.js';
import { report, type Turn } from '../progress.js';
import { findFeatures } from './features.js';
import type { LayerScores, ScoreCache } from './scores.js';
import { createMapMaker, type MapMaker } from './weightedMaps.js';

export interface ScoreCamRequest {
  /** Values of the image input. */
  readonly input: Float32Array;
  /** Tensors to explain. */
  readonly layers: readonly string[];
  /** Class indices. */
  readonly targets: readonly number[];
  /** How many channels come with their activation. */
  readonly top: number;
}

/** Per class, the layers explained so far; the last may still change. */
export type ScoreCamResult = readonly (readonly LayerExplanation[])[];

/** How often the result so far is told, in ms. */
const PARTIAL_MS = 500;

/**
 * Score-CAM (Wang et al., CVPR-W 2020) for one open model: α_k = softmax(z(x ⊙ norm(up(A_k))))_t and the map
 * ReLU(Σ_k α_k A_k). A score is kept with those of every other class.
 */
export class ScoreCam {
  readonly #model: ForwardModel;
  readonly #identity: string;
  readonly #masked: MaskedPasses;

  constructor(model: ForwardModel, masked: MaskedPasses) {
    const { identity, size, logits, classes, activation, image } = model;
    this.#model = model;
    this.#masked = masked;
    this.#identity = JSON.stringify([identity, image.name, size, logits, classes, activation]);
  }

  /**
   * Explains layers, each by as many forward passes as it has channels that are not known yet, and gives way between them.
   * @param cache keeps the scores, also those of a request that is cancelled: the next one goes on from there
   * @param partial is told about twice a second what is known
   * @throws cancelled; every failure of reading a model; runtimeRefused, outOfMemory
   */
  async explain(
    { input, layers, targets, top }: ScoreCamRequest,
    cache: ScoreCache,
    turn: Turn,
    partial: (result: ScoreCamResult) => void,
  ): Promise<ScoreCamResult> {
    const wanted = this.#model.layers.filter(({ tensor }) => layers.includes(tensor));
    const total = wanted.reduce((sum, { channels }) => sum + channels, 0);
    const picture = createHash('sha256').update(input).digest('base64');
    const byClass = (explained: readonly (readonly LayerExplanation[])[]): ScoreCamResult =>
      targets.map((_, index) => explained.flatMap((classes) => classes.slice(index, index + 1)));
    const done: (readonly LayerExplanation[])[] = [];
    let before = 0;
    let toldAt = -Infinity;
    const mapMaker = await createMapMaker(this.#model.file);
    try {
      for (const layer of wanted) {
        const key = JSON.stringify([this.#identity, layer.tensor, picture]);
        report(turn, 'score', (before + cache.scored(key)) / total);
        const scores = await cache.get(key, () => this.#begin(layer, input));
        const explained = (): Promise<readonly LayerExplanation[]> =>
          explainLayer(layer, scores, targets, top, mapMaker);
        while (scores.scored < scores.varying) {
          await this.#scoreSome(layer, scores, input);
          await turn.giveWay();
          report(turn, 'score', (before + scores.scored) / total);
          if (performance.now() - toldAt < PARTIAL_MS) continue;
          partial(byClass([...done, await explained()]));
          toldAt = performance.now();
        }
        done.push(await explained());
        before += layer.channels;
      }
      return byClass(done);
    } finally {
      await mapMaker.dispose();
    }
  }

  async #begin(layer: FeatureMap, input: Float32Array): Promise<LayerScores> {
    const features = await findFeatures(this.#model, layer, input);
    const classes = this.#model.classes.length;
    const probabilities = new Float32Array(features.varying * classes);
    return { ...features, classes, probabilities, scored: 0 };
  }

  /** Scores as many channels as one run takes. */
  async #scoreSome({ height, width }: FeatureMap, scores: LayerScores, input: Float32Array): Promise<void> {
    const masked = await this.#masked.ready();
    const { scored, varying, activations, classes } = scores;
    const count = Math.min(masked.atOnce, varying - scored);
    const values = activations.subarray(scored * height * width, (scored + count) * height * width);
    const found = await masked.score(input, { values, count, height, width });
    scores.probabilities.set(found, scored * classes);
    scores.scored += count;
  }
}

/** One explanation per class, of what is scored so far: a channel without score weighs 0. */
async function explainLayer(
  { tensor, channels, height, width }: FeatureMap,
  { order, activations, probabilities, classes, scored }: LayerScores,
  targets: readonly number[],
  top: number,
  mapMaker: MapMaker,
): Promise<readonly LayerExplanation[]> {
  const inOrder = new Float32Array(targets.length * channels);
  targets.forEach((target, row) => {
    for (let place = 0; place < scored; place++)
      inOrder[row * channels + place] = probabilities[place * classes + target] ?? 0;
  });
  const count = Math.min(top, channels);
  const sizes = { classes: targets.length, channels, top: count };
  const made = await mapMaker.make(inOrder, activations, sizes);
  const pixels = height * width;
  return targets.map((_, row): LayerExplanation => {
    const weights = new Float32Array(channels);
    order.forEach((channel, place) => {
      weights[channel] = inOrder[row * channels + place] ?? 0;
    });
    const heaviest = made.top.slice(row * count, (row + 1) * count).map((place, rank) => {
      const channel = order[place] ?? 0;
      const from = (row * count + rank) * pixels;
      const activation = made.topActivations.slice(from, from + pixels);
      return { channel, weight: weights[channel] ?? 0, activation, carried: null };
    });
    const map = made.maps.slice(row * pixels, (row + 1) * pixels);
    return { tensor, channels, height, width, map, weights, top: heaviest, relevanceSum: null };
  });
}
