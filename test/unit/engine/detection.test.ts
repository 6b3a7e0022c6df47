// What maps and lists at places are told as, by their shapes alone.
import { describe, expect, test } from 'vitest';

import { EngineError } from '../../../src/engine/failure.js';
import { DataType } from '../../../src/engine/onnx/tensor.js';
import { checkClassifies } from '../../../src/engine/prepare/detection.js';
import type { EngineFailure } from '../../../src/protocol/errors.js';
import { graphOf, node } from './graphs.js';

type Shape = readonly number[];

/** What a model is told that puts these maps out, each by a convolution of its own. */
function toldOf(shapes: readonly Shape[]): EngineFailure | null {
  const names = shapes.map((_, index) => `map${index}`);
  const nodes = names.map((name) => node('Conv', ['x', 'w'], [name]));
  return told(nodes, names, new Map(shapes.map((shape, index) => [`map${index}`, shape])));
}

function told(
  nodes: ReturnType<typeof node>[],
  outputs: readonly string[],
  shapes: ReadonlyMap<string, Shape>,
): EngineFailure | null {
  const infos = outputs.map((name) => ({ name, dataType: DataType.FLOAT, shape: null }));
  try {
    checkClassifies({ ...graphOf([1, 3, 64, 64], nodes), outputs: infos }, shapes, 'm.onnx');
    return null;
  } catch (error) {
    if (error instanceof EngineError) return error.failure;
    throw error;
  }
}

describe('a detector is told by its maps', () => {
  test.each<[string, readonly Shape[], number]>([
    [
      'a heat map, sizes and offsets',
      [
        [1, 80, 16, 16],
        [1, 2, 16, 16],
        [1, 2, 16, 16],
      ],
      256,
    ],
    [
      'scores and boxes at several scales',
      [
        [1, 18, 16, 16],
        [1, 8, 16, 16],
        [1, 18, 8, 8],
        [1, 8, 8, 8],
      ],
      320,
    ],
    [
      'three anchors each at three scales',
      [
        [1, 255, 32, 32],
        [1, 255, 16, 16],
        [1, 255, 8, 8],
      ],
      1344,
    ],
  ])('%s', (_, shapes, places) => {
    expect(toldOf(shapes)).toMatchObject({ code: 'detection', parameters: { places } });
  });

  test('by anchor and position', () => {
    const nodes = [
      node('Conv', ['x', 'w'], ['c']),
      node('Reshape', ['c', 'shape'], ['five']),
      node('Transpose', ['five'], ['o'], { perm: { type: 'ints', value: [0, 1, 3, 4, 2] } }),
    ];
    const shapes = new Map<string, Shape>([
      ['c', [1, 27, 8, 8]],
      ['five', [1, 3, 9, 8, 8]],
      ['o', [1, 3, 8, 8, 9]],
    ]);
    expect(told(nodes, ['o'], shapes)).toMatchObject({ code: 'detection', parameters: { places: 192 } });
  });
});

describe('a segmenting network stays one', () => {
  test.each<[string, readonly Shape[]]>([
    [
      'with a second head of the same classes',
      [
        [1, 21, 16, 16],
        [1, 21, 16, 16],
      ],
    ],
    [
      'with depth and normals beside',
      [
        [1, 19, 16, 16],
        [1, 1, 16, 16],
        [1, 3, 16, 16],
      ],
    ],
    [
      'of a few classes at several scales',
      [
        [1, 4, 32, 32],
        [1, 4, 16, 16],
        [1, 4, 8, 8],
      ],
    ],
  ])('%s', (_, shapes) => {
    expect(toldOf(shapes)).toMatchObject({ code: 'segmentation' });
  });
});
