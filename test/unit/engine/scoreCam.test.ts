import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { DataType, int64Tensor } from '../../../src/engine/onnx/tensor.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import { constant, graphOf, node, numbers } from './graphs.js';
import { naiveScoreCam } from './naiveScoreCam.js';
import {
  explainOne,
  FIXTURES,
  folder,
  layersOf,
  masksPerRun,
  open,
  openSample,
  SAMPLE,
  watched,
  type Opened,
} from './scoring.js';
import { furthest } from './statistics.js';

const DIMS = [12, 10] as const;
const FLATTEN = [node('Flatten', ['p'], ['f'])];

/** Conv → Relu → mean → head → Gemm, for any number of pictures of 12 × 10 pixels. */
function classifier(head: readonly Node[] = FLATTEN, kernels = constant(numbers([6, 3, 3, 3], 1))): Graph {
  return anyBatch(
    ['N', 3, ...DIMS],
    DataType.FLOAT,
    [node('Conv', ['x', 'w'], ['y']), ...behindConvolution(head)],
    kernels,
  );
}

/** The same behind whole pixels, channels last. */
function bytesClassifier(): Graph {
  return anyBatch(['N', ...DIMS, 3], DataType.UINT8, [
    node('Cast', ['x'], ['whole'], { to: { type: 'int', value: DataType.FLOAT } }),
    node('Div', ['whole', 'scale'], ['scaled']),
    node('Transpose', ['scaled'], ['first'], { perm: { type: 'ints', value: [0, 3, 1, 2] } }),
    node('Conv', ['first', 'w'], ['y']),
    ...behindConvolution(FLATTEN),
  ]);
}

function behindConvolution(head: readonly Node[]): readonly Node[] {
  return [
    node('Relu', ['y'], ['a']),
    node('GlobalAveragePool', ['a'], ['p']),
    ...head,
    node('Gemm', ['f', 'fc'], ['logits']),
  ];
}

function anyBatch(
  shape: readonly (number | string)[],
  dataType: DataType,
  nodes: readonly Node[],
  kernels = constant(numbers([6, 3, 3, 3], 1)),
): Graph {
  const constants = {
    w: kernels,
    fc: constant(numbers([6, 4], 2, -3, 3)),
    scale: constant({ dims: [1], data: [4] }),
    single: int64Tensor([1, 6]),
    firstAxis: int64Tensor([0]),
  };
  const graph = graphOf([], nodes, constants);
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  return {
    ...graph,
    inputs: [{ name: 'x', dataType, shape }],
    initializers: new Map([...graph.initializers].filter(([name]) => used.has(name))),
  };
}

function save(name: string, graph: Graph): string {
  const file = path.join(folder, name);
  writeFileSync(file, writeModel(graph, Infinity).bytes);
  return file;
}

async function expectLikeNaive(scored: Opened, tensor: string, targets: readonly number[]): Promise<void> {
  const layer = scored.model.layers.find((candidate) => candidate.tensor === tensor);
  if (layer === undefined) throw new Error(`no layer ${tensor}`);
  const naive = await naiveScoreCam(scored.model.file, scored.input, scored.shape, layer);
  const explained = await explainOne(scored, tensor, targets);
  targets.forEach((target, index) => {
    const { weights, map, top, ...rest } = explained[index] ?? {};
    const { channels, height, width } = layer;
    expect(rest).toEqual({ tensor, channels, height, width, relevanceSum: null });
    const expected = naive.weights.map((classes) => classes[target] ?? NaN);
    expect(furthest(weights ?? [], expected), `weights of ${tensor}, class ${target}`).toBeLessThan(1e-4);
    const expectedMap = naive.map(target);
    const largest = Math.max(...expectedMap, 1e-6);
    expect(furthest(map ?? [], expectedMap) / largest, `map of ${tensor}, class ${target}`).toBeLessThan(
      1e-4,
    );
    expect(top?.map(({ weight }) => weight)).toEqual(
      Array.from(weights ?? [])
        .toSorted((a, b) => b - a)
        .slice(0, 3),
    );
  });
}

describe('agrees with a loop over channels', () => {
  test('on the sample model', async () => {
    const sample = await open(SAMPLE);
    for (const { tensor } of layersOf(sample, [0.1, 0.9])) await expectLikeNaive(sample, tensor, [3, 7]);
  });

  test.each([
    ['feature maps', 'convnext.torchscript', [0.4, 0.8]],
    // Deep enough that its maps have more channels than rows, by which the loop tells where the channels are.
    ['channels last', 'swin.dynamo', [0.83, 0.95]],
    ['tokens behind a class token', 'vit.dynamo', [0.4, 0.8]],
    ['tokens behind two others', 'deit_distilled.torchscript', [0.4, 0.8]],
    ['one logit', 'mnasnet.torchscript', [0.4, 0.8]],
  ])('on %s (%s)', async (_, name, depths) => {
    const fixture = await open(path.join(FIXTURES, `${name}.onnx`));
    for (const { tensor } of layersOf(fixture, depths)) await expectLikeNaive(fixture, tensor, [1, 0]);
  });

  test('on whole pixels, channels last', async () => {
    await expectLikeNaive(await open(save('bytes.onnx', bytesClassifier())), 'a', [0, 3]);
  });

  test('on a constant channel, which weighs 0 and is not run', async () => {
    const { dims, data } = numbers([6, 3, 3, 3], 1);
    const silent = { dims, data: data.map((value, index) => (index < 27 || index >= 135 ? 0 : value)) };
    const scored = await open(save('constant.onnx', classifier(FLATTEN, constant(silent))));
    await expectLikeNaive(scored, 'a', [0, 1]);
    const call = watched();
    const [layer] = await explainOne(scored, 'a', [0], { call });
    expect([layer?.weights?.[0], layer?.weights?.[5]]).toEqual([0, 0]);
    expect(call.fractions.at(-1)).toBeCloseTo(4 / 6);
  });
});

describe('takes several masks in one run', () => {
  test('where the model can', async () => {
    const call = watched();
    const { sample, tensor, channels } = await openSample();
    await explainOne(sample, tensor, [0], { call });
    expect(Math.max(...masksPerRun(call.fractions, channels))).toBeGreaterThan(1);
  });

  test.each([
    ['a batch of one is written into a Reshape', [node('Reshape', ['p', 'single'], ['f'])]],
    [
      'pictures of one batch are mixed',
      [
        node('ReduceMean', ['p', 'firstAxis'], ['mean']),
        node('Div', ['p', 'mean'], ['relative']),
        node('Exp', ['relative'], ['power']),
        node('Mul', ['power', 'p'], ['product']),
        node('Flatten', ['product'], ['f']),
      ],
    ],
  ])('but not where %s', async (name, head) => {
    const scored = await open(save(`${name}.onnx`, classifier(head)));
    await expectLikeNaive(scored, 'a', [0, 2]);
    const call = watched();
    await explainOne(scored, 'a', [0], { call });
    expect(masksPerRun(call.fractions, 6)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});
