import { expect, test } from 'vitest';

import { nodeDetails } from '../../../src/engine/model/nodeDetails.js';
import { constant, graphOf, node, numbers } from './graphs.js';

test('a node tells its constants with their shapes, and its attributes', () => {
  const convolution = node('Conv', ['x', 'conv1.weight', 'conv1.bias'], ['y'], {
    strides: { type: 'ints', value: [2, 2] },
    auto_pad: { type: 'string', value: 'SAME_UPPER' },
    alpha: { type: 'float', value: Math.fround(0.1) },
  });
  const graph = graphOf([1, 3, 8, 8], [convolution], {
    'conv1.weight': constant(numbers([4, 3, 7, 7], 1)),
    'conv1.bias': constant(numbers([4], 2)),
  });
  expect(nodeDetails(convolution, graph)).toBe(
    'conv1.weight 4×3×7×7 · conv1.bias 4 · strides 2, 2 · auto_pad SAME_UPPER · alpha 0.1',
  );
  expect(nodeDetails(node('Relu', ['y'], ['z']), graph)).toBe('');
});
