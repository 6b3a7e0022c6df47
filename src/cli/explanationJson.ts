import type { ExplainArguments } from './arguments.js';
import { pathFrom, provenanceOf } from '../engine/export/provenance.js';
import { float32Digits } from '../engine/export/values.js';
import type { CardNote } from '../protocol/device.js';
import type {
  ClassValue,
  Explanation,
  LayerExplanation,
  Picture,
  Prediction,
} from '../protocol/explanation.js';
import type { Blocker, LayerInfo, ModelInfo, WeightsInfo } from '../protocol/model.js';

/** A layer as it is written: what it is, and the channels that weigh most. */
export interface LayerEntry extends Omit<LayerInfo, 'blockedBy' | 'reading'> {
  readonly top: readonly { readonly channel: number; readonly weight: number }[];
  readonly relevanceSum: number | null;
}

/** What is said of an explanation besides its layers. */
export interface Summary {
  readonly model: string;
  /** Whose weights stand in place of the model's own, where others do. */
  readonly weights?: WeightsInfo;
  readonly predictions: readonly Prediction[];
  /** How far what is explained answers from a quantised file. */
  readonly apart: ClassValue | null;
  /** Whether the runtime cannot run the file in its own precision. */
  readonly onlyInFloat32: boolean;
  /** A graphics card's part in it, as far as there is something to tell. */
  readonly card?: CardNote;
  /** Inputs besides the picture; those that are not given are fed zeros. */
  readonly otherInputs: ModelInfo['otherInputs'];
  readonly target: { readonly index: number; readonly label: string };
  readonly method: string;
  readonly blocked: readonly ({ readonly tensor: string } & Blocker)[];
}

/** @param model as the user gave it */
export function summarize(
  model: string,
  { weights, onlyInFloat32, otherInputs }: ModelInfo,
  { predictions, apart, card, target, method, blocked }: Explanation,
): Summary {
  return {
    model: pathFrom(process.cwd(), model),
    ...(weights && { weights }),
    predictions: predictions.map((prediction) => ({
      ...prediction,
      ...written(prediction),
      logit: float32Digits(prediction.logit),
    })),
    apart: apart && written(apart),
    onlyInFloat32,
    ...(card && { card }),
    otherInputs,
    target: { index: target.index, label: target.label },
    method,
    blocked: blocked.map(({ tensor, blockedBy }) => ({ tensor, ...blockedBy })),
  };
}

function written({ probability, value }: ClassValue): ClassValue {
  return {
    probability: probability === null ? null : float32Digits(probability),
    value: float32Digits(value),
  };
}

/** The layers with their places in the model, in the order of computation. */
export function layerEntries(
  info: ModelInfo,
  { layers }: Explanation,
): { layer: LayerExplanation; entry: LayerEntry }[] {
  const places = new Map(info.layers.map((layer) => [layer.tensor, layer]));
  return layers.map((layer) => {
    const { tensor, channels, height, width } = layer;
    const { path = tensor, op = '', tokens = false } = places.get(tensor) ?? {};
    const top = layer.top.map(({ channel, weight }) => ({ channel, weight: float32Digits(weight) }));
    const relevanceSum = layer.relevanceSum === null ? null : float32Digits(layer.relevanceSum);
    return { layer, entry: { tensor, path, op, channels, height, width, tokens, top, relevanceSum } };
  });
}

/** Everything with the raw maps, as `--json` writes it: one explanation by itself, several as `explanations`. */
export async function explanationsJson(
  { model, source }: Pick<ExplainArguments, 'model' | 'source'>,
  info: ModelInfo,
  explanations: readonly Explanation[],
  picture: Picture | null,
): Promise<string> {
  const origin = await originOf(source, info, picture);
  const [first, ...others] = explanations.map((explanation) => ({
    ...origin,
    ...contentOf(model, info, explanation),
  }));
  return `${JSON.stringify(others.length === 0 ? first : { explanations: [first, ...others] })}\n`;
}

/** What was explained, by what, and how it became the model's input where it is a picture. Paths as from here. */
export async function originOf(
  { kind, path }: ExplainArguments['source'],
  info: ModelInfo,
  picture: Picture | null,
): Promise<object> {
  const here = process.cwd();
  const known = kind === 'image' ? picture : null;
  return { input: pathFrom(here, path), ...(await provenanceOf(info, known, here)) };
}

function contentOf(model: string, info: ModelInfo, explanation: Explanation): object {
  const layers = layerEntries(info, explanation).map(({ layer, entry: { top, relevanceSum, ...place } }) => {
    return { ...place, map: Array.from(layer.map, float32Digits), top, relevanceSum };
  });
  return { ...summarize(model, info, explanation), layers };
}
