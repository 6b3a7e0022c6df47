/** What is known of an opened model. */

import type { Reading } from './reading.js';

export interface ModelInfo {
  /** Absolute path of the .onnx file. */
  readonly path: string;
  /** Every file of the model: that one, and those in which it keeps weights. */
  readonly files: readonly string[];
  /** Whose weights stand in place of the model's own, where others do. */
  readonly weights?: WeightsInfo;
  readonly opset: number;
  readonly producer: string;
  /** The image input, with the size it was fixed to. */
  readonly input: TensorInfo;
  /** Every other input, with the size it was fixed to. */
  readonly otherInputs: readonly OtherInput[];
  /** Every output of the file; a size may be a name, and it or the shape not be known. */
  readonly outputs: readonly OutputInfo[];
  /** The tensor that holds the logits, before a final Softmax or Sigmoid. */
  readonly output: TensorInfo;
  /** Roots of the layer tree, shallow to deep. */
  readonly tree: readonly LayerNode[];
  /** Every feature map, in the order of computation; `LayerNode.tensor` refers to these. */
  readonly layers: readonly LayerInfo[];
  /** Operator types of the file, whatever they do in it. */
  readonly fileOperators: readonly Omit<OperatorCoverage, 'covered'>[];
  /** Operator types on the way from the picture to the logits, and whether a relevance rule covers them. */
  readonly operators: readonly OperatorCoverage[];
  readonly activation: Activation;
  /** Whether the runtime cannot run the file as it is, as with bfloat16, so that all of it is computed in float32. */
  readonly onlyInFloat32: boolean;
  /** Where the file asks for linear colours, which pictures are not brought to. */
  readonly takesLinearColours?: true;
  /** One label per class; `labels.length` is the number of classes. */
  readonly labels: readonly string[];
  readonly preprocessing: Preprocessing;
  /** Where `preprocessing` was taken from. */
  readonly preprocessingSource: PreprocessingSource;
}

/** The file that tells a model from others: the checkpoint whose weights it has, else its own. */
export function fileOfModel({ path, weights }: Pick<ModelInfo, 'path' | 'weights'>): string {
  return weights?.file ?? path;
}

export interface WeightsInfo {
  readonly file: string;
  /** Which of several states in the file was taken, e.g. `state_dict`; null where it holds one alone. */
  readonly entry: string | null;
  /** The others, e.g. `state_dict_ema`. */
  readonly otherEntries: readonly string[];
  /** The checkpoint from which the graph was exported, where one told what its constants are; null where names do. */
  readonly reference: string | null;
}

/**
 * What a model's values are: `softmax`, classes that exclude each other; `sigmoid`, classes of which each is true or not
 * by itself, and the two of a single logit; `none`, values that are no probabilities.
 */
export const ACTIVATIONS = ['softmax', 'sigmoid', 'none'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

export interface TensorInfo {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface OutputInfo {
  readonly name: string;
  readonly shape: readonly (number | string | null)[] | null;
}

export interface OtherInput extends TensorInfo {
  /** Whether the user's values go in; else zeros do. */
  readonly isGiven: boolean;
  /** Where it takes texts: empty ones. */
  readonly isText?: true;
}

export interface LayerInfo {
  /** The tensor's name in the given file. */
  readonly tensor: string;
  /** Module path and operator, e.g. `layer1/0/conv1/Conv`. */
  readonly path: string;
  readonly op: string;
  /** Parameters and attributes of its node, e.g. `conv1.weight 64×3×7×7 · strides 2, 2`; absent or empty where it has none. */
  readonly details?: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Whether the positions are tokens of a transformer, arranged as the picture's patches are. */
  readonly tokens: boolean;
  /** How relevance passes the operator; null where there are no two ways, or none arrives. */
  readonly reading: Reading | null;
  /** Why the layer cannot be explained; null where it can. */
  readonly blockedBy: Blocker | null;
  /** On which part of the picture a position depends; absent where that is all of it. */
  readonly field?: ReceptiveField;
}

/** Of every row and every column of a layer, in pixels of the model's input. */
export interface ReceptiveField {
  readonly rows: readonly Span[];
  readonly columns: readonly Span[];
}

/** From one pixel up to another one, which is not counted. */
export type Span = readonly [first: number, end: number];

/** Why no relevance reaches a layer. */
export interface Blocker {
  readonly op: string;
  readonly node: string;
  /**
   * `noRule`: the operator has no rule and stands on a way between the layer and the logits, so that a part would be missing;
   * `takesNothing`: by its rule the operator gives this input no relevance, as with a gate;
   * `notBeforeClassifier`: CAM explains only what goes through global average pooling and one linear layer to the logits;
   * `pixels`: the method explains feature maps, not the input's pixels;
   * `severalLogits`: the answer is made of those of several classifiers, which `node` lists;
   * `offGrid`: behind that operator its positions can no longer be laid out as rows and columns of the picture;
   * `notFinite`: with this picture and class, its values or those on the way back leave the range of float32.
   */
  readonly reason:
    'noRule' | 'takesNothing' | 'notBeforeClassifier' | 'pixels' | 'severalLogits' | 'offGrid' | 'notFinite';
}

export interface LayerNode {
  /** Last segment of `path`. */
  readonly name: string;
  readonly path: string;
  /** The feature map that stands for this node: a module's is the last one computed in it. */
  readonly tensor: string;
  readonly children: readonly LayerNode[];
}

export interface OperatorCoverage {
  readonly op: string;
  readonly count: number;
  readonly covered: boolean;
}

export const FITS = ['crop', 'cut', 'squash', 'letterbox'] as const;
export const CHANNEL_ORDERS = ['RGB', 'BGR', 'grey'] as const;
export const LAYOUTS = ['NCHW', 'NHWC'] as const;
export const INTERPOLATIONS = [
  'bilinear',
  'bicubic',
  'lanczos',
  'nearest',
  'box',
  'hamming',
  'area',
] as const;
export const ROUNDINGS = ['torchvision', 'transformers', 'paddle'] as const;

/** How a picture becomes the model's input: fit to the size, scale to the range, then (v − mean) / std per channel. */
export interface Preprocessing {
  /**
   * `crop`: the shorter side becomes `resize` px and the centre is cut out; `cut`: the centre is cut out of the picture as
   * it is, as much of its shorter side as the input has of `resize`, and then resized; `squash`: both sides become the
   * input's, or, where `resize` is larger than them, `resize` px, and the centre is cut out; `letterbox`: the whole picture
   * within `resize` px, its proportions kept, and the centre is cut out. What is smaller than the input has `padColor`
   * around it.
   */
  readonly fit: (typeof FITS)[number];
  /** In pixels, before the centre is cut out. */
  readonly resize: number;
  readonly inputWidth: number;
  readonly inputHeight: number;
  readonly interpolation: (typeof INTERPOLATIONS)[number];
  /** Whether reducing averages over all pixels, as Pillow and torchvision do, and OpenCV and TensorFlow do not. */
  readonly antialias: boolean;
  /** Whose way to round the sizes of a picture that keeps its proportions, and where its centre begins. */
  readonly rounding: (typeof ROUNDINGS)[number];
  /** Red, green and blue, 0 … 255, of what is added around the picture. */
  readonly padColor: readonly [number, number, number];
  /** Whether the picture is turned upright as its EXIF data say. */
  readonly orientation: boolean;
  /** How many bits of a 16-bit picture are used, the lowest ones: 12 where white is 4095. */
  readonly bitDepth: number;
  /** The values of a floating-point picture that are black and white. */
  readonly floatRange: readonly [number, number];
  /** What a pixel of 0 and a pixel of 255 become before mean and std. */
  readonly range: readonly [number, number];
  /** One value per channel, in the order of `channelOrder`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly channelOrder: (typeof CHANNEL_ORDERS)[number];
  readonly layout: (typeof LAYOUTS)[number];
}

/** Of what a user says of a model, what is said of its preprocessing. */
export const PREPROCESSING_FIELDS: Readonly<Record<keyof Preprocessing, true>> = {
  fit: true,
  resize: true,
  inputWidth: true,
  inputHeight: true,
  interpolation: true,
  antialias: true,
  rounding: true,
  padColor: true,
  orientation: true,
  bitDepth: true,
  floatRange: true,
  range: true,
  mean: true,
  std: true,
  channelOrder: true,
  layout: true,
};

/** Whether the centre of the resized picture is cut out. */
export function isCut({ fit, resize, inputWidth, inputHeight }: Preprocessing): boolean {
  return fit === 'crop' || resize > Math.max(inputWidth, inputHeight);
}

export type PreprocessingSource = 'setting' | 'model file' | 'file beside the model' | 'model';
