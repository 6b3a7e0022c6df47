import { regionsFor, regionsMask } from '../heatmap/iou.js';
import { upsampleBilinear } from '../heatmap/upsample.js';
import type { Annotations, Region } from '../protocol/annotations.js';
import type { CompareRequest, EvaluateRequest } from '../protocol/engineApi.js';
import { weightShares } from '../heatmap/weights.js';
import {
  CHANNEL_METHOD,
  type PictureChannels,
  type PictureEvaluation,
  type SeenPart,
} from '../protocol/evaluation.js';
import type { Explanation, LayerExplanation } from '../protocol/explanation.js';
import type { ModelInfo } from '../protocol/model.js';
import type { MaskedPasses } from './masked/maskedModel.js';
import { measure, type MetricValues, type Passes } from './metrics/measure.js';
import type { MeasuredMap, MeasuredPicture } from './metrics/metric.js';
import type { OpenedModel } from './model/openModel.js';
import { type AnswerReading, classAnswers } from './predictions.js';
import type { Turn } from './progress.js';

/** A picture in front of a model. */
export interface EvaluatedPicture {
  readonly request: EvaluateRequest;
  readonly info: ModelInfo;
  /** Values of the image input. */
  readonly input: Float32Array;
  readonly seen: SeenPart;
  /** All that is marked in the picture. */
  readonly annotations: Annotations;
  /** One explanation per method, of this class; of the predicted one where it is null. */
  readonly explain: (target: number | null) => Promise<readonly Explanation[]>;
  readonly model: Pick<OpenedModel, 'fileOutput'> & { readonly masked: Pick<MaskedPasses, 'ready'> };
  readonly reading: AnswerReading;
}

/** What an evaluation has explained of its picture, for one class. */
export function explainedIn({ picture, ...request }: EvaluateRequest, target: number | null): CompareRequest {
  return {
    ...request,
    source: { kind: 'image', path: picture },
    targets: [target],
    top: 1,
    carried: false,
  };
}

/**
 * Metrics of one picture's maps. Values are null where a method cannot explain a layer.
 * @throws what explaining throws; cancelled
 */
export async function evaluatePicture(evaluated: EvaluatedPicture, turn: Turn): Promise<PictureEvaluation> {
  const { request, info, input, seen, annotations, explain } = evaluated;
  const { regions, failures: unread } = annotations;
  const { methods, layers, metrics, seed } = request;
  const explained = await explain(request.target);
  const [first] = explained;
  if (first === undefined) throw new Error('an evaluation needs a method');
  const { target, predictions } = first;
  const otherMarked = regions.find((region) => (region.target ?? target.index) !== target.index)?.target;
  const otherClass = otherMarked ?? predictions.find(({ index }) => index !== target.index)?.index ?? null;
  const comparesClasses = metrics.includes('class-correlation') && otherClass !== null;
  const ofOther = comparesClasses ? await explain(otherClass) : [];

  const { inputWidth: width, inputHeight: height, layout } = info.preprocessing;
  const maskOf = (found: readonly Region[]): Uint8Array | null =>
    found.length === 0
      ? null
      : regionsMask(
          found.map(({ shape }) => shape),
          width,
          height,
        );
  const own = maskOf(regionsFor(regions, target.index));
  const picture: MeasuredPicture = {
    ...{ input, layout, width, height, seed, own },
    channels: input.length / (width * height),
    probability: target.probability,
    other: maskOf(regions.filter((region) => region.target === (otherMarked ?? NaN))),
  };
  const enlarged = (layer: LayerExplanation): Float32Array =>
    upsampleBilinear({ ...layer, values: layer.map }, width, height).values;
  const cells = methods.flatMap((method, place) =>
    layers.map((tensor) => {
      const [layer, other] = [explained, ofOther].map((all) =>
        all[place]?.layers.find((each) => each.tensor === tensor),
      );
      const map: MeasuredMap | null = layer
        ? { picture, up: enlarged(layer), upOfOther: other ? enlarged(other) : null, weights: layer.weights }
        : null;
      return { method, tensor, map };
    }),
  );
  const maps = cells.flatMap(({ map }) => map ?? []);
  const measured = await measure(maps, metrics, passesOf(evaluated, target.index), turn);
  const valuesOf = (map: MeasuredMap | null): MetricValues =>
    (map && measured[maps.indexOf(map)]) ?? Object.fromEntries(metrics.map((id) => [id, null]));
  return {
    predictions,
    target,
    marked: own && own.reduce((sum, inside) => sum + inside, 0) / own.length,
    unread,
    cells: cells.map(({ method, tensor, map }) => ({ method, tensor, values: valuesOf(map) })),
    channels: request.channels ? { ...seen, layers: channelsOf(request, explained) } : null,
  };
}

function channelsOf(
  { layers }: EvaluateRequest,
  explained: readonly Explanation[],
): PictureChannels['layers'] {
  const ofLayers = explained.find(({ method }) => method === CHANNEL_METHOD)?.layers;
  return layers.map((tensor) => {
    const { weights, peaks } = ofLayers?.find((layer) => layer.tensor === tensor) ?? {};
    if (!weights || !peaks) return null;
    const shares = weightShares(weights);
    return { ...peaks, relevance: shares.map((share, channel) => share * Math.sign(weights[channel] ?? 0)) };
  });
}

/** The model's own passes, read as its answer is: in a file that rounds, by the file itself. */
function passesOf({ model, reading }: EvaluatedPicture, target: number): Passes {
  return {
    atOnce: async () => (await model.masked.ready()).atOnce,
    run: async (pictures) => {
      const masked = await model.masked.ready();
      const probabilities: number[] = [];
      for (const [index, answer] of (await masked.answer(pictures)).entries()) {
        const output = (await model.fileOutput(pictures[index] ?? new Float32Array())) ?? answer.output;
        probabilities.push(classAnswers({ ...answer, output }, reading).probabilities?.[target] ?? NaN);
      }
      return probabilities;
    },
  };
}
