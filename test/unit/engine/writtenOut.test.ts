// A network whose activations and softmax are written out: its layers and maps are those of the same network in operators.
import { expect, test } from 'vitest';

import type { Node } from '../../../src/engine/onnx/graph.js';
import { floatTensor, int64Tensor } from '../../../src/engine/onnx/tensor.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import type { MethodId } from '../../../src/protocol/methods.js';
import { array, explain, saved } from './explaining.js';
import { constant, graphOf, node, numbers } from './graphs.js';
import { correlation } from './statistics.js';

const X = numbers([1, 3, 8, 8], 5, -2, 2);
const input = array('x', X.dims, X.data);

interface Parts {
  readonly gelu: readonly Node[];
  readonly silu: readonly Node[];
  readonly hardSwish: readonly Node[];
  readonly softmax: readonly Node[];
}

const WHOLE: Parts = {
  gelu: [node('Gelu', ['c1'], ['a1'])],
  silu: [node('Swish', ['c2'], ['a2'])],
  hardSwish: [node('HardSwish', ['c3'], ['a3'])],
  softmax: [node('Softmax', ['z'], ['probabilities'])],
};
const WRITTEN: Parts = {
  gelu: [
    node('Div', ['c1', 'root2'], ['g1']),
    node('Erf', ['g1'], ['g2']),
    node('Add', ['g2', 'one'], ['g3']),
    node('Mul', ['c1', 'g3'], ['g4']),
    node('Mul', ['g4', 'half'], ['a1']),
  ],
  silu: [node('Sigmoid', ['c2'], ['s1']), node('Mul', ['c2', 's1'], ['a2'])],
  hardSwish: [
    node('Add', ['c3', 'three'], ['h1']),
    node('Clip', ['h1', 'zero', 'six'], ['h2']),
    node('Mul', ['c3', 'h2'], ['h3']),
    node('Div', ['h3', 'six'], ['a3']),
  ],
  softmax: [
    node('ReduceMax', ['z', 'last'], ['p1'], { keepdims: { type: 'int', value: 1 } }),
    node('Sub', ['z', 'p1'], ['p2']),
    node('Exp', ['p2'], ['p3']),
    node('ReduceSum', ['p3', 'last'], ['p4'], { keepdims: { type: 'int', value: 1 } }),
    node('Div', ['p3', 'p4'], ['probabilities']),
  ],
};

const scalar = (value: number) => floatTensor([value], []);

function explained(
  name: string,
  { gelu, silu, hardSwish, softmax }: Parts,
  method: MethodId,
): Promise<Explanation> {
  const nodes = [
    node('Conv', ['x', 'w1'], ['c1']),
    ...gelu,
    node('Conv', ['a1', 'w2'], ['c2']),
    ...silu,
    node('Conv', ['a2', 'w3'], ['c3']),
    ...hardSwish,
    node('GlobalAveragePool', ['a3'], ['pooled']),
    node('Flatten', ['pooled'], ['flat']),
    node('MatMul', ['flat', 'fc'], ['z']),
    ...softmax,
  ];
  const graph = graphOf(
    X.dims,
    nodes,
    {
      w1: constant(numbers([6, 3, 3, 3], 1)),
      w2: constant(numbers([6, 6, 3, 3], 2)),
      w3: constant(numbers([6, 6, 1, 1], 3)),
      fc: constant(numbers([6, 4], 4)),
      ...{ root2: scalar(Math.SQRT2), one: scalar(1), half: scalar(0.5) },
      ...{ zero: scalar(0), three: scalar(3), six: scalar(6), last: int64Tensor([-1]) },
    },
    24,
  );
  return explain(saved(name, { ...graph, irVersion: 10 }), input, { method, target: 1 });
}

test.each<[MethodId]>([['relevance-cam'], ['grad-cam'], ['lrp']])('%s', async (method) => {
  const [found, expected] = [
    await explained('written', WRITTEN, method),
    await explained('whole', WHOLE, method),
  ];
  const tensors = ({ layers, blocked }: Explanation) => [...layers, ...blocked].map(({ tensor }) => tensor);
  expect(tensors(found)).toEqual(tensors(expected));
  expect(tensors(found).filter((tensor) => tensor !== 'x')).toEqual(['c1', 'a1', 'c2', 'a2', 'c3', 'a3']);
  found.layers.forEach(({ tensor, map }, index) => {
    expect(correlation(map, expected.layers[index]?.map ?? []), tensor).toBeGreaterThan(0.99999);
  });
  found.predictions.forEach(({ index, logit }, place) => {
    expect(index).toBe(expected.predictions[place]?.index);
    expect(logit).toBeCloseTo(expected.predictions[place]?.logit ?? NaN, 4);
  });
});
