import * as ort from 'onnxruntime-node';

import type { CardNote } from '../../protocol/device.js';
import type { ChannelPeaks, LayerExplanation } from '../../protocol/explanation.js';
import { DEFAULT_METHOD, METHOD_FACTS } from '../../protocol/methods.js';
import type { Blocker } from '../../protocol/model.js';
import type { PeakOutputs } from '../compile/channelPeaks.js';
import { type LayerOutputs, type Subject, TOP } from '../compile/explanationGraph.js';
import { HIGH, LOW } from '../compile/pixelRange.js';
import type { PixelRange } from '../image/preprocess.js';
import type { FeatureMap } from '../layers/grid.js';
import type { PassMethodId } from '../methods/table.js';
import { imageTensor } from '../prepare/imageTensor.js';
import { ordersAlike, type RawAnswer } from '../prepare/logits.js';
import type { PreparedModel } from '../prepare/prepare.js';
import { floats, integers } from '../runtime/fetched.js';
import type { Feeds, Fetches } from '../runtime/session.js';
import { compiledSession, type Making } from './compiledSession.js';

/** One method's explanation of one class. */
export interface RawExplanation extends RawAnswer {
  readonly method: PassMethodId;
  /** Index of the class that was explained. */
  readonly target: number;
  readonly layers: readonly LayerExplanation[];
  /** A graphics card's part in it, as far as there is something to tell. */
  readonly card?: CardNote;
}

export interface ExplainerRequest {
  /** Values of the image input. */
  readonly input: Float32Array;
  /** Class indices; null for the predicted class. One, unless it is compiled for several. */
  readonly targets: readonly (number | null)[];
  /** Tensors to explain, in the order of computation; what a method cannot explain is left out. */
  readonly layers: readonly string[];
  /** How many channels come with their activation. */
  readonly top: number;
  /** Whether those come with what the pass carried to them. */
  readonly carried: boolean;
  /** Lowest and highest value of a pixel, per channel. */
  readonly range: PixelRange;
  /** Values of the constants that it was made to be given. */
  readonly given?: Feeds;
}

/** What an explainer is compiled for. */
export interface Purpose {
  readonly methods: readonly PassMethodId[];
  /** Tensors; null for every layer. */
  readonly layers: readonly string[] | null;
  /** Whether a request may name several classes: a loop over them costs time where there is one. */
  readonly severalClasses?: boolean;
  /** Whether nothing will do that is compiled for more, which would compute it with every picture. */
  readonly exactly?: boolean;
  /** Whether it is told where channels are strongest. */
  readonly peaks?: boolean;
}

/** What a model is compiled for where nothing else is asked for. */
export const USUAL: Purpose = { methods: [DEFAULT_METHOD], layers: null };

/** A model compiled for some methods. */
export interface Explainer {
  /** The same for models whose compiled graphs are equal but for their weights and share a session; null for one of its own. */
  readonly structure: string | null;
  readonly blocked: (method: PassMethodId) => ReadonlyMap<string, Blocker>;
  /** One explanation per method and class, the first method's first. */
  explain(request: ExplainerRequest): Promise<readonly RawExplanation[]>;
  /** Finds out whether a graphics card should compute in place of the processor, once nobody waits; null where that is known. */
  readonly trial: ((giveWay: () => Promise<void>) => Promise<void>) | null;
  /** What the model says, without an explanation. */
  answer(input: Float32Array): Promise<RawAnswer>;
  dispose(): Promise<void>;
}

/** Compiles a model for some methods and layers and makes it ready to run. */
export async function createExplainer(
  model: PreparedModel,
  purpose: Purpose,
  making: Making,
): Promise<Explainer> {
  const { methods } = purpose;
  const subject = subjectOf(model, purpose);
  // What the functions below do not name can be collected: the graph holds every weight.
  const { session, compiled } = await compiledSession(subject, methods, making);
  const { graph, targets: classes, logits, answer, explained, methods: outputs } = compiled;
  const { image } = model;
  const shape = model.analysis.shape(image.name);
  const maps = new Map([subject.pixels, ...model.layers].map((layer) => [layer.tensor, layer]));
  const takesRange = methods.some((method) => METHOD_FACTS[method].pixels);
  const shapeOfRange = graph.inputs.find(({ name }) => name === LOW)?.shape?.map(Number) ?? [];

  const rangeFeeds = ({ low, high }: PixelRange): Record<string, ort.Tensor> =>
    takesRange
      ? {
          [LOW]: new ort.Tensor('float32', low, shapeOfRange),
          [HIGH]: new ort.Tensor('float32', high, shapeOfRange),
        }
      : {};
  const run = (
    { input, targets, top, range, given }: Omit<ExplainerRequest, 'layers' | 'carried'>,
    fetches: readonly string[],
  ): Promise<Fetches> =>
    session.run(
      {
        [image.name]: imageTensor(image, shape, input),
        [classes]: integerTensor(targets.map((target) => target ?? -1)),
        [TOP]: integerTensor([top]),
        ...rangeFeeds(range),
        ...given,
      },
      fetches,
    );
  const answerOf = (results: Fetches): RawAnswer => ({
    output: floats(results, answer),
    logits: floats(results, logits),
  });
  const outputsOf = (method: PassMethodId, tensors: readonly string[]): readonly ExplainedLayer[] =>
    tensors.flatMap((tensor) => {
      const [layer, names] = [maps.get(tensor), outputs.get(method)?.layers.get(tensor)];
      return layer && names ? [{ layer, names }] : [];
    });

  return {
    structure: 'structure' in session ? session.structure : null,
    trial: null,
    blocked: (method) => outputs.get(method)?.blocked ?? new Map<string, Blocker>(),
    async explain(request) {
      const wanted = methods.map((method) => ({ method, layers: outputsOf(method, request.layers) }));
      const names = wanted.flatMap(({ layers }) =>
        layers.flatMap((entry) => namesOf(entry.names, request.carried)),
      );
      const results = await run(request, [...new Set([logits, answer, explained, ...names])]);
      const said = answerOf(results);
      const targets = integers(results, explained);
      return wanted.flatMap(({ method, layers }) =>
        targets.map((target, index) => {
          const item: Item = { results, index, count: targets.length, carried: request.carried };
          const carriesRelevance = METHOD_FACTS[method].carries === 'relevance';
          const s = carriesRelevance ? seedSize(method, said.logits, target) : null;
          return { ...said, method, target, layers: layers.map((layer) => layerExplanation(layer, item, s)) };
        }),
      );
    },
    async answer(input) {
      const { channels } = image;
      const range = { low: new Float32Array(channels), high: new Float32Array(channels).fill(1) };
      return answerOf(await run({ input, targets: [null], top: 1, range }, [logits, answer]));
    },
    dispose: () => session.dispose(),
  };
}

/** What of a model is compiled. */
export function subjectOf(
  model: PreparedModel,
  { layers, severalClasses = false, peaks = false }: Purpose,
): Omit<Subject, 'refused'> {
  return {
    ...model,
    isOrdered: ordersAlike(model),
    layers: layers === null ? model.layers : model.layers.filter(({ tensor }) => layers.includes(tensor)),
    pixels: pixelsOf(model),
    explainPixels: layers?.includes(model.image.name) ?? true,
    severalClasses,
    peaks,
  };
}

function pixelsOf({ image: { name, layout, channels }, analysis }: PreparedModel): FeatureMap {
  const [, second = 1, third = 1, fourth = 1] = analysis.shape(name);
  const [height, width] = layout === 'NCHW' ? [third, fourth] : [second, third];
  return { tensor: name, layout, channels, height, width, order: null };
}

interface ExplainedLayer {
  readonly layer: FeatureMap;
  readonly names: LayerOutputs;
}

/** One class of a run for several. */
interface Item {
  readonly results: Fetches;
  readonly index: number;
  readonly count: number;
  readonly carried: boolean;
}

function namesOf(
  { map, channels, sum, byRounding, peaks }: LayerOutputs,
  withCarried: boolean,
): readonly string[] {
  const { weights, top, activations, carried } = channels;
  const values = weights === null && !withCarried ? null : activations;
  const ofPeaks = peaks === null ? [] : [peaks.activation, peaks.activationAt, peaks.relevanceAt];
  const names = [map, sum, byRounding, weights, top, values, withCarried ? carried : null, ...ofPeaks];
  return names.filter((name) => name !== null);
}

function layerExplanation({ layer, names }: ExplainedLayer, item: Item, s: number | null): LayerExplanation {
  const { tensor, channels, height, width } = layer;
  const map = part(item, names.map);
  const weights = names.channels.weights === null ? null : part(item, names.channels.weights);
  const add = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);
  const total = names.sum === null ? add(weights ?? map) : add(part(item, names.sum));
  return {
    tensor,
    channels,
    height,
    width,
    map,
    weights,
    top: weights === null && !item.carried ? [] : topChannels(names.channels, weights, item, height * width),
    relevanceSum: s === null ? null : total / s,
    ...(names.byRounding === null ? {} : { byRounding: part(item, names.byRounding)[0] ?? 0 }),
    ...(names.peaks && { peaks: peaksOf(names.peaks, item, channels) }),
  };
}

function peaksOf(names: PeakOutputs, { results, index }: Item, channels: number): ChannelPeaks {
  return {
    activation: floats(results, names.activation),
    activationAt: integers(results, names.activationAt),
    relevanceAt: integers(results, names.relevanceAt).slice(index * channels, (index + 1) * channels),
  };
}

function topChannels(
  names: LayerOutputs['channels'],
  weights: Float32Array | null,
  item: Item,
  pixels: number,
): LayerExplanation['top'] {
  const carried = item.carried ? part(item, names.carried) : null;
  const { top } = names;
  // Without weights the channels are the same for every class.
  const activations = top === null ? floats(item.results, names.activations) : part(item, names.activations);
  const count = activations.length / pixels;
  const channels =
    top === null
      ? Array.from({ length: count }).keys()
      : integers(item.results, top).slice(item.index * count, (item.index + 1) * count);
  return [...channels].map((channel, rank) => ({
    channel,
    weight: weights?.[channel] ?? 0,
    activation: activations.slice(rank * pixels, (rank + 1) * pixels),
    carried: carried?.slice(rank * pixels, (rank + 1) * pixels) ?? null,
  }));
}

/** s of the seed: z_t for LRP, |z_t| for a contrastive one; 1 where it is 0. */
function seedSize(method: PassMethodId, logits: Float32Array, target: number): number {
  const logit = logits[target] ?? 0;
  return (method === 'lrp' ? logit : Math.abs(logit)) || 1;
}

/** An output's values for one class. */
function part({ results, index, count }: Item, name: string): Float32Array {
  const all = floats(results, name);
  const size = all.length / count;
  return all.slice(index * size, (index + 1) * size);
}

function integerTensor(values: readonly number[]): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
}
