/** A made-up model of ResNet-50's shape: 16 blocks, about 120 layers. */
import type { LayerInfo, LayerNode, ModelInfo } from '../../src/protocol/model.js';
import { IMAGENET } from '../unit/models.js';

const STAGES = [
  { blocks: 3, channels: 64, side: 56 },
  { blocks: 4, channels: 128, side: 28 },
  { blocks: 6, channels: 256, side: 14 },
  { blocks: 3, channels: 512, side: 7 },
];

const NAMED = [
  'African elephant',
  'tusker',
  'Indian elephant',
  'zebra',
  'ostrich',
  'water buffalo, water ox, Asiatic buffalo',
  // Two classes of one label, as ImageNet has them.
  'crane',
  'crane',
];

/** The first of them with all their names, as ImageNet's list has them. */
const LONG = [
  'African elephant, Loxodonta africana',
  'tusker',
  'Indian elephant, Elephas maximus',
  'black-footed ferret, ferret, Mustela nigripes',
  'ostrich, Struthio camelus',
  'water buffalo, water ox, Asiatic buffalo, Bubalus bubalis',
];

/** `blocked`: whether the first layers lie behind an operator without a rule. `long`: whether the labels are long. */
export function makeModel(blocked: boolean, long: boolean): ModelInfo {
  const named = long ? LONG : NAMED;
  const layers: LayerInfo[] = [];
  const leaf = (path: string, op: string, channels: number, side: number): LayerNode => {
    const stem = blocked && layers.length < 3;
    const blockedBy = stem
      ? ({ op: 'GridSample', node: '/layer1/GridSample', reason: 'noRule' } as const)
      : null;
    layers.push({
      tensor: `/${path}_output_0`,
      path,
      op,
      ...(op === 'Conv' && { details: `${path}.weight ${channels}×3×3×3 · strides 1, 1` }),
      channels,
      height: side,
      width: side,
      tokens: false,
      reading: blockedBy === null && op !== 'Relu' && op !== 'MaxPool' ? 'positive' : null,
      blockedBy,
    });
    return { name: path.split('/').at(-1) ?? path, path, tensor: `/${path}_output_0`, children: [] };
  };
  const module = (path: string, children: readonly LayerNode[]): LayerNode => ({
    name: path.split('/').at(-1) ?? path,
    path,
    tensor: children.at(-1)?.tensor ?? '',
    children,
  });
  const convolution = (path: string, channels: number, side: number): LayerNode =>
    module(path, [leaf(`${path}/Conv`, 'Conv', channels, side)]);
  const block = (path: string, channels: number, side: number, first: boolean): LayerNode =>
    module(path, [
      convolution(`${path}/conv1`, channels, side),
      leaf(`${path}/relu/Relu`, 'Relu', channels, side),
      convolution(`${path}/conv2`, channels, side),
      leaf(`${path}/relu/Relu_1`, 'Relu', channels, side),
      convolution(`${path}/conv3`, 4 * channels, side),
      ...(first ? [convolution(`${path}/downsample`, 4 * channels, side)] : []),
      leaf(`${path}/Add`, 'Add', 4 * channels, side),
      leaf(`${path}/relu/Relu_2`, 'Relu', 4 * channels, side),
    ]);
  const tree = [
    convolution('conv1', 64, 112),
    leaf('relu', 'Relu', 64, 112),
    leaf('maxpool', 'MaxPool', 64, 56),
    ...STAGES.map(({ blocks, channels, side }, stage) =>
      module(
        `layer${stage + 1}`,
        Array.from({ length: blocks }, (_, index) =>
          block(`layer${stage + 1}/${index}`, channels, side, index === 0),
        ),
      ),
    ),
  ];
  return {
    path: '/models/resnet50.onnx',
    files: ['/models/resnet50.onnx'],
    opset: 18,
    producer: 'pytorch',
    input: { name: 'x', shape: [1, 3, 224, 224] },
    output: { name: 'logits', shape: [1, 1000] },
    tree,
    layers,
    outputs: [{ name: 'logits', shape: [1, 1000] }],
    operators: [],
    fileOperators: [],
    activation: 'softmax',
    onlyInFloat32: false,
    otherInputs: [],
    labels: Array.from({ length: 1000 }, (_, index) => named[index] ?? `class ${index}`),
    preprocessing: IMAGENET,
    preprocessingSource: 'file beside the model',
  };
}
