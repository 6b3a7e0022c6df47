import * as v from 'valibot';
import type { Preprocessing } from '../../protocol/model.js';
import { fail } from '../failure.js';
import { Side } from './geometry.js';
import { parseJson } from './json.js';
import { parseLabels } from './labelForms.js';
import { LABEL_NAMES, plainName } from './labelNames.js';
import { IMAGENET } from './presets.js';

/** What a model file says of itself: its `metadata_props`. */
export type Metadata = ReadonlyMap<string, string>;

/** The class names in a model file's metadata; null where there are none. */
export function labelsOfMetadata(metadata: Metadata): readonly string[] | null {
  const plain = new Map(Array.from(metadata, ([key, value]) => [plainName(key), value]));
  const found = LABEL_NAMES.map((name) => parseLabels(plain.get(name) ?? ''));
  // OpenVINO's model API parts names by spaces.
  const parted = metadata.get('model_info labels')?.split(' ') ?? [];
  return [...found, parted].find((labels) => labels !== null && labels.length > 1) ?? null;
}

/**
 * How pictures are prepared by what a model file's metadata says; null where it says nothing of that. A fit without a size
 * to resize to leaves out no more than the input's proportions do.
 */
export function preprocessingOfMetadata(metadata: Metadata): Partial<Preprocessing> | null {
  const said = { ...ofYoloV5(metadata), ...ofUltralytics(metadata), ...ofImageKeys(metadata) };
  return Object.keys(said).length > 0 ? said : null;
}

/** Whether a file says that it takes light itself, and not what pictures store of it (ONNX's docs/MetadataProps.md). */
export function takesLinearColours(metadata: Metadata): boolean {
  const gamma = [...metadata].find(([key]) => key.toLowerCase() === 'image.colorspacegamma');
  return gamma?.[1].toLowerCase() === 'linear';
}

const OTHER_TASKS = new Set(['detect', 'segment', 'pose', 'obb']);

/** @throws otherTask where Ultralytics' metadata says that the model is no classifier */
export function checkTask(metadata: Metadata, file: string): void {
  const task = metadata.get('task') ?? '';
  if (metadata.has('names') && OTHER_TASKS.has(task)) throw fail('otherTask', { file, task });
}

const ImageSize = v.tuple([Side, Side]);

/** Its classifiers take 0 … 1; the shorter side becomes the input's and the centre is cut out. */
function ofUltralytics(metadata: Metadata): Partial<Preprocessing> {
  const size = v.safeParse(ImageSize, parseJson(metadata.get('imgsz') ?? ''));
  if (metadata.get('task') !== 'classify' || !size.success) return {};
  const [inputHeight, inputWidth] = size.output;
  return {
    fit: inputHeight === inputWidth ? 'crop' : 'squash',
    resize: Math.max(inputHeight, inputWidth),
    ...{ inputHeight, inputWidth },
    interpolation: 'bilinear',
    range: [0, 1],
    channelOrder: 'RGB',
  };
}

/** YOLOv5's classifiers tell no task; OpenCV resizes the largest square in the middle. */
function ofYoloV5(metadata: Metadata): Partial<Preprocessing> {
  const isIt = metadata.has('names') && metadata.has('stride') && !metadata.has('task');
  if (!isIt) return {};
  const { range, mean, std, channelOrder } = IMAGENET;
  const loading = { fit: 'cut', interpolation: 'bilinear', antialias: false } as const;
  return { ...loading, range, mean, std, channelOrder };
}

/** ONNX's docs/MetadataProps.md, where neither keys nor values tell capitals. A fourth channel, opacity, is none that the input has. */
const CHANNEL_ORDERS = new Map<string, Preprocessing['channelOrder']>([
  ['gray8', 'grey'],
  ['rgb8', 'RGB'],
  ['bgr8', 'BGR'],
  ['rgba8', 'RGB'],
  ['bgra8', 'BGR'],
]);
const BYTES = [0, 255] as const;
const RANGES = new Map<string, Preprocessing['range']>([
  ['nominalrange_0_255', BYTES],
  ['normalized_0_1', [0, 1]],
  ['normalized_1_1', [-1, 1]],
  ['nominalrange_16_235', [16, 235]],
]);

/** Of a format without a range the pixels are the bytes that its name speaks of, as Windows ML has it. */
function ofImageKeys(metadata: Metadata): Partial<Preprocessing> {
  const said = new Map(Array.from(metadata, ([key, value]) => [key.toLowerCase(), value.toLowerCase()]));
  const channelOrder = CHANNEL_ORDERS.get(said.get('image.bitmappixelformat') ?? '');
  const nominal = said.get('image.nominalpixelrange');
  const range = nominal === undefined ? channelOrder && BYTES : RANGES.get(nominal);
  return { ...(channelOrder ? { channelOrder } : {}), ...(range ? { range } : {}) };
}
