/** A made-up picture of two things, and maps that lie on one of them or the other. */
import type { Explanation, LayerExplanation, Picture } from '../../src/protocol/explanation.js';
import { METHOD_FACTS, METHODS, type MethodId } from '../../src/protocol/methods.js';
import type { Blocker, LayerInfo, ModelInfo } from '../../src/protocol/model.js';
import { pixelLayer } from '../../src/protocol/pixels.js';

/** Pictures by their form, and the part of each that the model sees: a centre crop, or all of it. */
const FORMS = {
  standard: { width: 640, height: 480, crop: { x: 110, y: 30, width: 420, height: 420 } },
  portrait: { width: 360, height: 640, crop: { x: 0, y: 0, width: 360, height: 640 } },
  panorama: { width: 960, height: 320, crop: { x: 320, y: 0, width: 320, height: 320 } },
} as const;
export type Form = keyof typeof FORMS;

const PROBABILITIES = [0.632, 0.351, 0.0121, 0.0034, 0.00021];
/** A channel that is 0 everywhere, in every layer. */
export const DEAD_CHANNEL = 1;
/** Centres of the two things, in units of the crop. */
const THINGS = [
  { x: 0.3, y: 0.55, size: 0.2 },
  { x: 0.74, y: 0.62, size: 0.14 },
];

export function makePicture(form: Form): Picture {
  const { width, height, crop } = FORMS[form];
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = (x - crop.x) / crop.width;
      const v = (y - crop.y) / crop.height;
      const grain = 12 * (noise(x >> 1, y >> 1) - 0.5);
      const ground = y > 0.62 * height + 20 * Math.sin(x / 60);
      let color = ground ? [150 + grain, 132 + grain, 84] : [150 + y / 6, 182 + y / 8, 214];
      if (inside(THINGS[0], u, v)) color = [118 + grain, 112 + grain, 110 + grain];
      if (inside(THINGS[1], u, v))
        color = Math.sin(x / 4 + Math.sin(y / 9)) > 0 ? [235, 232, 226] : [38, 36, 40];
      rgba.set([...color, 255], 4 * (y * width + x));
    }
  }
  // Of the wide one the model gets all, squashed.
  const seen = form === 'panorama' ? squashed(rgba, width, height) : null;
  return { width, height, rgba, crop, seen, originalWidth: 2 * width, originalHeight: 2 * height };
}

function squashed(rgba: Uint8ClampedArray, width: number, height: number): Picture['seen'] {
  const side = 224;
  const pixels = Array.from({ length: side * side }, (_, index) => {
    const [x, y] = [
      Math.floor(((index % side) * width) / side),
      Math.floor((Math.floor(index / side) * height) / side),
    ];
    return [...rgba.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
  });
  return { width: side, height: side, rgba: Uint8ClampedArray.from(pixels.flat()) };
}

export function makeExplanation(
  model: ModelInfo,
  target: number,
  method: MethodId = 'relevance-cam',
  layers: readonly string[] = layersAtOnce(model, method),
  top = 3,
): Explanation {
  const probabilities = Float32Array.from(
    model.labels,
    (_, index) => PROBABILITIES[index] ?? 1e-7 * noise(index, 1),
  );
  const prediction = (index: number): Explanation['target'] => ({
    index,
    label: model.labels[index] ?? '',
    probability: probabilities[index] ?? 0,
    value: probabilities[index] ?? 0,
    logit: 12 - index,
  });
  return {
    model: model.path,
    method,
    predictions: PROBABILITIES.map((_, index) => prediction(index)),
    values: probabilities,
    probabilities,
    apart: null,
    target: prediction(target),
    layers: [pixelLayer(model), ...model.layers].flatMap((layer, index) =>
      layers.includes(layer.tensor) && !blockerOf(model, layer, method)
        ? [explain(layer, index, target, method, top)]
        : [],
    ),
    blocked: model.layers.flatMap((layer) => {
      const blockedBy = blockerOf(model, layer, method);
      return blockedBy && layers.includes(layer.tensor) ? [{ tensor: layer.tensor, blockedBy }] : [];
    }),
  };
}

function layersAtOnce({ input, layers }: ModelInfo, method: MethodId): readonly string[] {
  const { perChannel, pixels } = METHOD_FACTS[method];
  if (perChannel) return [];
  return [...(pixels ? [input.name] : []), ...layers.map(({ tensor }) => tensor)];
}

function blockerOf({ layers }: ModelInfo, layer: LayerInfo, method: MethodId): Blocker | null {
  const { carries } = METHOD_FACTS[method];
  if (method === 'cam' && layer.tensor !== layers.at(-1)?.tensor)
    return { op: 'Conv', node: '/layer4/layer4.2/conv3/Conv', reason: 'notBeforeClassifier' };
  return carries === 'nothing' ? null : layer.blockedBy;
}

function explain(
  { tensor, op, channels, height, width }: LayerInfo,
  seed: number,
  target: number,
  method: MethodId,
  top: number,
): LayerExplanation {
  const { weighsChannels, signed, carries } = METHOD_FACTS[method];
  const strength = (1 + seed) * 1e-5 * (target === 3 ? 0.3 : 1);
  const weights = new Float32Array(channels).map((_, k) => 0.02 * (noise(k, seed + target) ** 6 - 0.08));
  const heaviest = Array.from(weights.keys()).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0));
  return {
    tensor,
    channels,
    height,
    width,
    map: field(width, height, target === 3 ? 1 : 0, seed + METHODS.indexOf(method)).map(
      (value) => strength * (signed ? value : Math.max(0, value)),
    ),
    weights: weighsChannels ? weights : null,
    top: heaviest.slice(0, weighsChannels ? top : 0).map((channel) => ({
      channel,
      weight: weights[channel] ?? 0,
      activation: field(width, height, channel % 2, channel).map((value) =>
        channel === DEAD_CHANNEL ? 0 : op === 'Relu' ? Math.max(0, value) : value,
      ),
      carried: carries === 'nothing' ? null : field(width, height, target === 3 ? 1 : 0, channel),
    })),
    // In shallow layers alone.
    ...(method === 'grad-cam++' && { byRounding: width > 20 ? 0.62 : 0.04 }),
    relevanceSum: carries === 'relevance' ? (method === 'lrp' ? 0.93 : -2.1e-7) : null,
  };
}

/** High on one thing, low on the other, rough where there are many cells. */
function field(width: number, height: number, thing: number, seed: number): Float32Array {
  const [on, off] = [nearness(width, height, thing), nearness(width, height, 1 - thing)];
  const share = 0.5 * (width > 20 ? 1 : 0.3);
  return on.map((near, cell) => {
    const rough = share * (noise(cell, seed) - 0.5);
    return near * (1 + rough) - 0.35 * (off[cell] ?? 0) + 0.12 * rough;
  });
}

/** Of a thing by its size: many maps have the same. */
const nearnesses = new Map<string, Float32Array>();

/** How close each cell is to a thing. */
function nearness(width: number, height: number, thing: number): Float32Array {
  const key = [width, height, thing].join();
  const known = nearnesses.get(key);
  if (known) return known;
  const found = new Float32Array(width * height).map((_, cell) =>
    closeness(THINGS[thing], ((cell % width) + 0.5) / width, (Math.floor(cell / width) + 0.5) / height),
  );
  nearnesses.set(key, found);
  return found;
}

function closeness(thing: (typeof THINGS)[number] | undefined, u: number, v: number): number {
  if (!thing) return 0;
  return Math.exp(-((u - thing.x) ** 2 + 1.4 * (v - thing.y) ** 2) / (2 * thing.size ** 2));
}

function inside(thing: (typeof THINGS)[number] | undefined, u: number, v: number): boolean {
  return closeness(thing, u, v) > 0.55;
}

/** 0 … 1, the same for the same arguments. */
function noise(a: number, b: number): number {
  const value = Math.sin(a * 12.9898 + b * 78.233) * 43758.5453;
  return value - Math.floor(value);
}
