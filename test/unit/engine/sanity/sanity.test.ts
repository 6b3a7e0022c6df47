import path from 'node:path';
import { expect, test } from 'vitest';

import type { Tensor } from '../../../../src/engine/onnx/tensor.js';
import { floatTensor, floatValues } from '../../../../src/engine/onnx/tensor.js';
import { randomNumbers, redrawn } from '../../../../src/engine/sanity/normal.js';
import type { SanityRequest } from '../../../../src/protocol/engineApi.js';
import type { SanityResult } from '../../../../src/protocol/sanity.js';
import { call } from '../calls.js';
import { array, engine, expectNear, explain, saved } from '../explaining.js';
import { constant, graphOf, node, numbers } from '../graphs.js';

const X = numbers([1, 3, 16, 16], 5);
const input = array('x', X.dims, X.data);
const SIZE = { kernel: { type: 'ints', value: [1, 1, 1, 1] } } as const;

const CONSTANTS: Readonly<Record<string, Tensor>> = {
  w1: constant(numbers([6, 3, 3, 3], 1)),
  b1: constant(numbers([6], 2, 0, 0.3)),
  w2: constant(numbers([8, 6, 3, 3], 3)),
  w3: constant(numbers([8, 8, 3, 3], 4)),
  fc: constant(numbers([8, 5], 6)),
};

/** Three convolutions, the last with a residual sum, and a classifier; `mean` prepares the picture. */
function network(name: string, constants: Readonly<Record<string, Tensor>>): string {
  const pads = { pads: SIZE.kernel };
  const nodes = [
    node('Sub', ['x', 'mean'], ['centred']),
    node('Conv', ['centred', 'w1', 'b1'], ['c1'], pads),
    node('Relu', ['c1'], ['r1']),
    node('Conv', ['r1', 'w2'], ['c2'], pads),
    node('Relu', ['c2'], ['r2']),
    node('Conv', ['r2', 'w3'], ['c3'], pads),
    node('Add', ['c3', 'r2'], ['sum']),
    node('Relu', ['sum'], ['r3']),
    node('GlobalAveragePool', ['r3'], ['pooled']),
    node('Flatten', ['pooled'], ['features']),
    node('MatMul', ['features', 'fc'], ['logits']),
  ];
  const mean = floatTensor([0.1, -0.2, 0.3], [1, 3, 1, 1]);
  return saved(name, graphOf(X.dims, nodes, { ...constants, mean }));
}

const model = network('network', CONSTANTS);
const request: SanityRequest = {
  model,
  settings: {},
  sources: [{ kind: 'array', path: input }],
  target: 2,
  methods: ['relevance-cam', 'grad-cam'],
  layers: ['r1', 'r2'],
  seed: 11,
};

function check(asked: Partial<SanityRequest> = {}): Promise<SanityResult> {
  return engine.sanity({ ...request, ...asked }, call());
}

test('every step explains the model with the modules so far drawn anew, from the logits down', async () => {
  const before = await explain(model, input, { target: 2 });
  const { modules, pictures } = await check();
  // As the convolutions are called where nothing names modules: by their size and themselves.
  expect(modules.map((name) => name.split('/').at(-1))).toEqual([
    '1×1',
    'node of c3',
    'node of c2',
    'node of c1',
  ]);
  expect(pictures[0]?.chains.map(({ method, tensor }) => `${method} ${tensor}`)).toEqual([
    'relevance-cam r1',
    'relevance-cam r2',
    'grad-cam r1',
    'grad-cam r2',
  ]);
  const random = randomNumbers(request.seed);
  const drawn = { ...CONSTANTS };
  const states = [drawn];
  for (const names of [['fc'], ['w3'], ['w2'], ['w1', 'b1']]) {
    const next = { ...states.at(-1) };
    for (const name of names) {
      const tensor = CONSTANTS[name];
      const values = tensor && floatValues(tensor);
      if (values) next[name] = floatTensor(redrawn(values, random), tensor.dims);
    }
    states.push(next);
  }
  for (const [step, constants] of states.entries()) {
    const file = network(`state${step}`, constants);
    for (const { method, tensor, steps } of pictures[0]?.chains ?? []) {
      const { layers } = await explain(file, input, { method, target: 2, layers: [tensor] });
      expectNear(steps[step]?.map ?? [], layers[0]?.map ?? [NaN], 1e-4);
    }
  }
  // The model that is open has kept its weights.
  expect(await explain(model, input, { target: 2 })).toEqual(before);
});

test('the first map is like itself, and the others are not', async () => {
  const { pictures } = await check({ methods: ['relevance-cam'] });
  for (const { steps } of pictures[0]?.chains ?? []) {
    expect(steps[0]).toMatchObject({ spearman: 1 });
    expect(steps[0]?.ssim).toBeCloseTo(1, 9);
    for (const { spearman, ssim } of steps.slice(1)) {
      expect(Math.abs(spearman ?? 1)).toBeLessThan(0.999);
      expect(ssim ?? 1).toBeLessThan(0.999);
    }
  }
});

test('the same seed draws the same weights, another others; without a class the predicted one is explained', async () => {
  const first = await check({ target: null });
  expect(await check({ target: null })).toEqual(first);
  expect(first.pictures[0]?.target.index).toBe((await explain(model, input)).target.index);
  const other = await check({ target: null, seed: 12 });
  expect(other.pictures[0]?.chains[0]?.steps[1]).not.toEqual(first.pictures[0]?.chains[0]?.steps[1]);
});

test('several pictures go through the same steps', async () => {
  const other = numbers(X.dims, 9);
  const sources = [input, array('other', X.dims, other.data)].map(
    (file) => ({ kind: 'array', path: file }) as const,
  );
  const both = await check({ sources });
  const [first] = (await check()).pictures;
  expect(both.pictures[0]).toEqual(first);
  expect(both.pictures[1]).toEqual((await check({ sources: sources.slice(1) })).pictures[0]);
});

test('steps are told as they come, and a cancelled check ends', async () => {
  const controller = new AbortController();
  const told: number[] = [];
  const work = engine.sanity(request, {
    signal: controller.signal,
    lane: 'job',
    progress: () => undefined,
    sanity: ({ pictures }) => {
      told.push(pictures[0]?.chains[0]?.steps.length ?? 0);
      if (told.length === 2) controller.abort();
    },
  });
  await expect(work).rejects.toMatchObject({ failure: { code: 'cancelled' } });
  expect(told).toEqual([1, 2]);
});

test('a check goes on from the steps that are known as if it had never been stopped', async () => {
  const whole = await check();
  const known = whole.pictures.map(({ chains }) =>
    chains.map((chain, place) => ({ ...chain, steps: chain.steps.slice(0, 2 + place) })),
  );
  expect(await check({ known })).toEqual(whole);
  // Told apart from what would be computed, a known step stays as it is.
  const marked = known.map((chains) =>
    chains.map((chain) => ({ ...chain, steps: chain.steps.map((step) => ({ ...step, ssim: 0.123 })) })),
  );
  const again = await check({ known: marked });
  const likeness = again.pictures[0]?.chains[1]?.steps.map(({ ssim }) => ssim) ?? [];
  expect(likeness.slice(0, 2)).toEqual([0.123, 0.123]);
  expect(likeness.slice(2)).toEqual(whole.pictures[0]?.chains[1]?.steps.slice(2).map(({ ssim }) => ssim));
});

test('a layer that a method cannot explain is refused as everywhere', async () => {
  await expect(check({ methods: ['cam'], layers: ['r1'] })).rejects.toMatchObject({
    failure: { code: 'notBeforeClassifier' },
  });
  await expect(check({ layers: ['nowhere'] })).rejects.toMatchObject({ failure: { code: 'unknownLayer' } });
});

const conformance = (name: string): string =>
  path.join(import.meta.dirname, '../../../fixtures/conformance', `${name}.onnx`);

test.each(['torchscript', 'dynamo'])(
  'a residual network of the exporter %s goes module by module',
  async (exporter) => {
    const file = conformance(`resnet18.${exporter}`);
    const { layers, input: tensor } = await engine.open({ model: file, settings: {} }, call());
    const at = layers.findLast(({ path: name }) => name.startsWith('layer1/'))?.tensor ?? '';
    const size = tensor.shape.reduce((count, one) => count * one, 1);
    const picture = array(`resnet-${exporter}`, tensor.shape, numbers([size], 3).data);
    const asked = { model: file, sources: [{ kind: 'array', path: picture } as const], layers: [at] };
    const { modules, pictures } = await check({ ...asked, target: null, methods: ['relevance-cam'] });
    expect(modules.slice(0, 4)).toEqual(['fc', 'layer4/0/downsample', 'layer4/0/conv2', 'layer4/0/conv1']);
    expect(modules.at(-1)).toBe('conv1');
    // What is drawn anew of a folded normalisation is what its convolution has of it.
    expect(modules.filter((name) => name.includes('bn'))).toEqual([]);
    const [chain] = pictures[0]?.chains ?? [];
    expect(chain?.steps).toHaveLength(modules.length + 1);
    expect(Math.abs(chain?.steps.at(-1)?.spearman ?? 1)).toBeLessThan(0.3);
  },
);
