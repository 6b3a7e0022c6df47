// A model and its parts, for tests that need one and say only what matters to them.
import type { LayerInfo, ModelInfo, Preprocessing } from '../../src/protocol/model.js';

/** What most published classifiers are fed with. */
export const IMAGENET: Preprocessing = {
  fit: 'crop',
  resize: 256,
  inputWidth: 224,
  inputHeight: 224,
  interpolation: 'bilinear',
  antialias: true,
  rounding: 'torchvision',
  padColor: [114, 114, 114],
  orientation: true,
  bitDepth: 16,
  floatRange: [0, 1],
  range: [0, 1],
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  channelOrder: 'RGB',
  layout: 'NCHW',
};

export const MODEL: ModelInfo = {
  path: '/model.onnx',
  files: ['/model.onnx'],
  opset: 17,
  producer: 'test',
  input: { name: 'image', shape: [1, 3, 224, 224] },
  output: { name: 'logits', shape: [1, 3] },
  tree: [],
  layers: [],
  operators: [],
  fileOperators: [],
  outputs: [{ name: 'logits', shape: [1, 3] }],
  activation: 'softmax',
  onlyInFloat32: false,
  otherInputs: [],
  labels: ['ape', 'bee', 'cat'],
  preprocessing: IMAGENET,
  preprocessingSource: 'model',
};

export function layerOf(tensor: string, change: Partial<LayerInfo> = {}): LayerInfo {
  return {
    tensor,
    path: tensor,
    op: 'Relu',
    channels: 2,
    height: 1,
    width: 2,
    tokens: false,
    reading: null,
    blockedBy: null,
    ...change,
  };
}
