import { describe, expect, test } from 'vitest';

import type { Graph, Node, ValueInfo } from '../../../src/engine/onnx/graph.js';
import { DataType } from '../../../src/engine/onnx/tensor.js';
import { findImageInput } from '../../../src/engine/prepare/imageInput.js';
import { constant, graphOf, node, numbers } from './graphs.js';

const TO_CHANNELS_FIRST = { perm: { type: 'ints', value: [0, 3, 1, 2] } } as const;
const CONV = node('Conv', ['x', 'w'], ['y']);

/** A network of this beginning whose file leaves sizes open. */
function open(shape: ValueInfo['shape'], channels: number, nodes: readonly Node[] = [CONV]): Graph {
  const graph = graphOf([], nodes, { w: constant(numbers([2, channels, 3, 3], 1)) });
  return { ...graph, inputs: graph.inputs.map((info) => ({ ...info, shape })) };
}

test('a picture with its axis of the batch goes before one without', () => {
  const graph = open([1, 3, 32, 32], 3);
  const table = { name: 'table', dataType: DataType.FLOAT, shape: [16, 16, 3] };
  const found = findImageInput({ ...graph, inputs: [table, ...graph.inputs] }, 'model.onnx');
  expect(found.name).toBe('x');
  expect(findImageInput({ ...graph, inputs: [table] }, 'model.onnx')).toMatchObject({
    ...{ name: 'table', layout: 'NHWC', height: 16, width: 16, flat: 'single' },
  });
});

describe('an input of which the file does not say how many channels it has', () => {
  test.each([1, 3])('has the %d of the first convolution', (channels) => {
    const graph = open(['batch_size', 'num_channels', 'height', 'width'], channels);
    expect(findImageInput(graph, 'model.onnx')).toEqual({
      name: 'x',
      layout: 'NCHW',
      channels,
      height: null,
      width: null,
      dataType: DataType.FLOAT,
      batch: 1,
      flat: null,
      others: new Map(),
    });
  });

  test('has them last where they are brought to the front, behind what reads its size', () => {
    const graph = open([null, 224, 320, null], 3, [
      node('Shape', ['x'], ['size']),
      node('Div', ['x', 'w'], ['scaled']),
      node('Transpose', ['scaled'], ['first'], TO_CHANNELS_FIRST),
      node('Conv', ['first', 'w'], ['y']),
    ]);
    expect(findImageInput(graph, 'model.onnx')).toMatchObject({
      layout: 'NHWC',
      channels: 3,
      height: 224,
      width: 320,
    });
  });

  test.each([
    ['where the convolution takes features', open([null, null, null, null], 16)],
    ['where nothing is convolved', open([null, null, null, null], 3, [node('Relu', ['x'], ['y'])])],
    ['where the declared number is another', open([null, 4, null, null], 3)],
  ])('is none %s', (_, graph) => {
    expect(() => findImageInput(graph, 'model.onnx')).toThrow('noImageInput');
  });
});
