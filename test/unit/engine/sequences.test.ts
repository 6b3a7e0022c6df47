// Sequences of tensors inside a network: it is explained as the same one without them.
import { describe, expect, test } from 'vitest';

import type { Node } from '../../../src/engine/onnx/graph.js';
import { int64Tensor } from '../../../src/engine/onnx/tensor.js';
import { array, expectNear, explain, logitsOf, saved } from './explaining.js';
import { node, numbers } from './graphs.js';
import { SHAPE, taking } from './inputCases.js';

const picture = array('sequences', SHAPE, numbers(SHAPE, 5).data);
const CONSTANTS = {
  ...Object.fromEntries([0, 1, 2].map((place) => [`p${place}`, int64Tensor([place], [])])),
  last: int64Tensor([-1], []),
  sizes: int64Tensor([1, 2]),
};
const axis = { axis: { type: 'int', value: 1 } } as const;
const int = (value: number) => ({ type: 'int', value }) as const;
const at = (place: string, to: string): Node => node('SequenceAt', ['s', place], [to]);
const joined = (...parts: readonly string[]): Node => node('Concat', parts, ['n'], axis);

describe('a network is explained as without sequences where it', () => {
  test.each<[string, readonly Node[]]>([
    [
      'splits by one size',
      [
        node('SplitToSequence', ['x', 'p1'], ['s'], axis),
        ...[at('p0', 'a'), at('p1', 'b'), at('last', 'd')],
        joined('a', 'b', 'd'),
      ],
    ],
    [
      'splits by several sizes',
      [
        node('SplitToSequence', ['x', 'sizes'], ['s'], axis),
        at('p0', 'a'),
        at('last', 'b'),
        joined('a', 'b'),
      ],
    ],
    [
      'takes slices and puts them together again',
      [
        node('SplitToSequence', ['x'], ['s'], { ...axis, keepdims: int(0) }),
        node('ConcatFromSequence', ['s'], ['n'], { ...axis, new_axis: int(1) }),
      ],
    ],
    [
      'lists, inserts and removes',
      [
        node('Split', ['x'], ['a', 'b', 'd'], { ...axis, num_outputs: int(3) }),
        node('SequenceEmpty', [], ['e']),
        node('SequenceInsert', ['e', 'a'], ['s1']),
        node('SequenceInsert', ['s1', 'd'], ['s2']),
        node('SequenceInsert', ['s2', 'b', 'p1'], ['s3']),
        node('SequenceInsert', ['s3', 'b'], ['s4']),
        node('SequenceErase', ['s4'], ['s5']),
        node('ConcatFromSequence', ['s5'], ['n'], axis),
      ],
    ],
    [
      'stacks a list',
      [
        node('Split', ['x'], ['a', 'b', 'd'], { ...axis, num_outputs: int(3) }),
        ...['a', 'b', 'd'].map((part) => node('Squeeze', [part, 'first'], [`${part}/map`])),
        node('SequenceConstruct', ['a/map', 'b/map', 'd/map'], ['s']),
        node('ConcatFromSequence', ['s'], ['n'], { ...axis, new_axis: int(1) }),
      ],
    ],
  ])('%s', async (name, nodes) => {
    const constants = { ...CONSTANTS, first: int64Tensor([1]) };
    const used = new Set(nodes.flatMap(({ inputs }) => inputs));
    const read = Object.fromEntries(Object.entries(constants).filter(([constant]) => used.has(constant)));
    const found = await explain(saved(name, taking(nodes, read)), picture);
    const expected = await explain(saved('none', taking([])), picture);
    expectNear(logitsOf(found), logitsOf(expected), 1e-5);
    expectNear([...(found.layers.at(-1)?.map ?? [])], [...(expected.layers.at(-1)?.map ?? [])], 1e-5);
    expect(found.blocked).toEqual([]);
  });
});
