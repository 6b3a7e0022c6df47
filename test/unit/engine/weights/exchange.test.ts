// Weights that programs save, put into graphs of both of PyTorch's exporters, against graphs exported with these weights.
import { copyFileSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

import { WeightExchange } from '../../../../src/engine/model/weightExchange.js';
import { readModel } from '../../../../src/engine/onnx/read.js';
import { DataType, floatTensor, type Tensor } from '../../../../src/engine/onnx/tensor.js';
import { writeSubgraph } from '../../../../src/engine/onnx/write.js';
import type { Explanation } from '../../../../src/protocol/explanation.js';
import { call } from '../calls.js';
import { caseFile } from '../caseFiles.js';
import { at, engine, explain, logitsOf } from '../explaining.js';
import { node } from '../graphs.js';

interface Given {
  readonly weights: string;
  readonly reference?: string;
  readonly candidates?: readonly string[];
}

const file = (name: string): string => path.resolve(import.meta.dirname, '../../../fixtures/weights', name);

/** The network as its file is, or with other weights. */
function ask(model: string, input: string, given?: Given): Promise<Explanation> {
  if (given === undefined) return explain(model, input);
  const { weights, reference = null, candidates = [] } = given;
  return explain(model, input, { weights: { file: weights, reference, candidates } });
}

/** Every value of every map, and the logits. */
const valuesOf = (explanation: Explanation): readonly number[] => [
  ...logitsOf(explanation),
  ...explanation.layers.flatMap(({ map }) => [...map]),
];

/** The furthest that values are off, as a part of the largest. */
function difference(found: Explanation, expected: Explanation): number {
  const [ours, theirs] = [valuesOf(found), valuesOf(expected)];
  expect(ours.length).toBe(theirs.length);
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    ours.reduce((most, value, index) => Math.max(most, Math.abs(value - (theirs[index] ?? NaN))), 0) / largest
  );
}

function logits(folderName: string, given?: Given): Promise<readonly number[]> {
  return ask(caseFile(`${folderName}/graph.onnx`), caseFile(`${folderName}/x.npy`), given).then(logitsOf);
}

function expectNear(found: readonly number[], expected: readonly number[], digits = 3): void {
  expect(found.map((value) => Number(value.toFixed(digits)))).toEqual(expected);
}

const EPOCH_2 = [5.56, 0.597, -9.762, -3.17];

describe.each(['ck-folded-new', 'ck-folded-old'])('%s', (name) => {
  const [first, second] = [caseFile(`${name}/epoch_1.pth`), caseFile(`${name}/epoch_2.pth`)];

  test('is refused without the checkpoint that it was exported from', async () => {
    await expect(logits(name, { weights: second })).rejects.toMatchObject({
      failure: { code: 'strayWeights', parameters: { file: second } },
    });
  });

  test('is explained with it', async () => {
    expectNear(await logits(name, { weights: first, reference: first }), [0.752, 3.088, -4.137, 2.436]);
    expectNear(await logits(name, { weights: second, reference: first }), EPOCH_2);
  });

  test('finds that one among others by its values', async () => {
    expectNear(await logits(name, { weights: first }), [0.752, 3.088, -4.137, 2.436]);
    const candidates = [caseFile('ck-exported-untrained-new/epoch_9.pth'), second, first];
    expectNear(await logits(name, { weights: second, candidates }), EPOCH_2);
    const weights = { file: second, reference: null, candidates };
    const info = await engine.open({ model: caseFile(`${name}/graph.onnx`), settings: {}, weights }, call());
    expect(info.weights?.reference).toBe(first);
  });

  test('is refused with a checkpoint that it was not exported from', async () => {
    await expect(logits(name, { weights: first, reference: second })).rejects.toMatchObject({
      failure: { code: 'foreignReference', parameters: { reference: second } },
    });
  });
});

describe('the weights of one network as different programs save them', () => {
  const reference = caseFile('ck-folded-new/epoch_1.pth');

  test.each([
    'ck-producers/compiled_ddp.pth',
    'ck-producers/last.ckpt',
    'ck-producers/swa.pth',
    'ck-timm/last.pth.tar',
  ])('%s', async (name) => {
    const found = await logits('ck-folded-new', { weights: caseFile(name), reference });
    expectNear(found, [1.496, 1.308, 9.14, 7.325]);
  });

  test('bfloat16 is widened', async () => {
    const found = await logits('ck-folded-new', { weights: caseFile('ck-producers/bf16.pth'), reference });
    for (const [index, value] of [1.496, 1.308, 9.14, 7.325].entries())
      expect(Math.abs((found[index] ?? NaN) / value - 1)).toBeLessThan(0.01);
  });

  test('which of several states was taken is told', async () => {
    const weights = { file: caseFile('ck-timm/last.pth.tar'), reference };
    const info = await engine.open(
      { model: caseFile('ck-folded-new/graph.onnx'), settings: {}, weights },
      call(),
    );
    expect(info.weights).toEqual({
      file: weights.file,
      entry: 'state_dict',
      otherEntries: ['state_dict_ema'],
      reference,
    });
  });
});

test('norms that the exporter merged, since they were equal, are told apart by their order', async () => {
  const name = 'ck-exported-untrained-new';
  const given = { weights: caseFile(`${name}/epoch_9.pth`), reference: caseFile(`${name}/epoch_0.pth`) };
  expectNear(await logits(name, given), [-3.041, -3.166, -2.624, 1.719]);
});

describe.each(['old-folded', 'old-whole', 'new-folded', 'new-whole'])(
  'a graph of the exporter, %s',
  (kind) => {
    const expected = ask(file(`${kind}.second.onnx`), file('x.npy'));

    test.each(['first', 'fresh'])('exported from the %s state', async (state) => {
      for (const weights of [
        'second.pth',
        'second.safetensors',
        'model.safetensors.index.json',
        'channels-last.pth',
        'views.pth',
        'double.pth',
        'pair.pt',
      ]) {
        const given = { weights: file(weights), reference: file(`${state}.pth`) };
        const found = await ask(file(`${kind}.${state}.onnx`), file('x.npy'), given);
        expect(difference(found, await expected)).toBeLessThan(1e-5);
      }
    });

    test.each(['half.pth', 'best.pt'])('with weights in half precision: %s', async (weights) => {
      const given = { weights: file(weights), reference: file('first.pth') };
      const found = await ask(file(`${kind}.first.onnx`), file('x.npy'), given);
      const off = difference(found, await expected);
      expect(off).toBeGreaterThan(1e-6);
      expect(off).toBeLessThan(2e-3);
    });

    test('exported from half precision', async () => {
      const given = { weights: file('first.pth'), reference: file('half.pth') };
      const found = await ask(file(`${kind}.second.onnx`), file('x.npy'), given);
      const first = await ask(file(`${kind}.first.onnx`), file('x.npy'));
      expect(difference(found, first)).toBeLessThan(1e-5);
    });
  },
);

describe('names', () => {
  test.each(['old-whole', 'new-whole'])(
    'serve where nothing was folded, renamed or transposed: %s',
    async (kind) => {
      const found = await ask(file(`${kind}.first.onnx`), file('x.npy'), { weights: file('second.pth') });
      expect(difference(found, await ask(file(`${kind}.second.onnx`), file('x.npy')))).toBeLessThan(1e-5);
    },
  );

  test('a checkpoint of another architecture is refused by its first tensor that is not found', async () => {
    const weights = caseFile('ck-folded-new/epoch_1.pth');
    await expect(ask(file('old-whole.first.onnx'), file('x.npy'), { weights })).rejects.toMatchObject({
      failure: { code: 'strayWeights', parameters: { file: weights, tensor: 'conv1.weight' } },
    });
    const given = { weights, reference: file('first.pth') };
    await expect(ask(file('old-folded.first.onnx'), file('x.npy'), given)).rejects.toMatchObject({
      failure: { code: 'missingWeights', parameters: { file: weights, tensor: 'stem.weight' } },
    });
  });
});

describe('a program that keeps the network in a module of its own', () => {
  /** The second state with other names, as .safetensors. */
  const named = (name: string, rename: (tensor: string) => readonly string[]): string => {
    const bytes = readFileSync(file('second.safetensors'));
    const start = 8 + Number(bytes.readBigUInt64LE());
    const header: unknown = JSON.parse(bytes.toString('utf8', 8, start));
    const entries = Object.entries(header ?? {}).flatMap(([tensor, entry]: [string, unknown]) =>
      rename(tensor).map((each) => [each, entry] as const),
    );
    const text = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    writeFileSync(at(name), Buffer.concat([length, text, bytes.subarray(start)]));
    return at(name);
  };
  const expected = ask(file('old-folded.second.onnx'), file('x.npy'));

  test.each([
    ['Lightning', (tensor: string) => [`model.net.${tensor}`]],
    ['a backbone of several wrappers', (tensor: string) => [`backbone._orig_mod.encoder.module.${tensor}`]],
    ['FSDP', (tensor: string) => [`_fsdp_wrapped_module.${tensor.replace('.', '._fsdp_wrapped_module.')}`]],
    [
      'activation checkpointing',
      (tensor: string) => [tensor.replace('.0.', '.0._checkpoint_wrapped_module.')],
    ],
  ] as const)('%s', async (name, rename) => {
    const weights = named(`${name}.safetensors`, rename);
    const given = { weights, reference: file('first.pth') };
    const found = await ask(file('old-folded.first.onnx'), file('x.npy'), given);
    expect(difference(found, await expected)).toBeLessThan(1e-5);
    const byName = await ask(file('new-whole.first.onnx'), file('x.npy'), { weights });
    expect(difference(byName, await ask(file('new-whole.second.onnx'), file('x.npy')))).toBeLessThan(1e-5);
  });

  test('when the graph was exported, and no more', async () => {
    const reference = named('exported.safetensors', (tensor) => [`net.${tensor}`]);
    const given = { weights: file('first.pth'), reference };
    const found = await ask(file('new-folded.second.onnx'), file('x.npy'), given);
    const first = await ask(file('new-folded.first.onnx'), file('x.npy'));
    expect(difference(found, first)).toBeLessThan(1e-5);
  });

  test('twice: the one that is trained is taken, be there a reference or not', async () => {
    const weights = named('twice.safetensors', (tensor) => [`student.${tensor}`, `teacher.${tensor}`]);
    const given = { weights, reference: file('first.pth') };
    const found = await ask(file('old-folded.first.onnx'), file('x.npy'), given);
    expect(difference(found, await expected)).toBeLessThan(1e-5);
    const model = file('new-whole.first.onnx');
    const choice = { file: weights, reference: null };
    const info = await engine.open({ model, settings: {}, weights: choice }, call());
    expect(info.weights).toMatchObject({ entry: 'student', otherEntries: ['teacher'], reference: null });
  });
});

test('weights of eight bits are widened', async () => {
  const [eight, wide] = ['eight-bits', 'widened'].map((name) =>
    ask(file('new-folded.first.onnx'), file('x.npy'), {
      weights: file(`${name}.safetensors`),
      reference: file('first.pth'),
    }),
  );
  if (eight === undefined || wide === undefined) throw new Error('two were asked for');
  expect(difference(await eight, await wide)).toBeLessThan(1e-6);
});

test('what the exporter computed of a weight, and divides that weight by, is no constant of the graph', async () => {
  const model = file('old-whole.first.onnx');
  const given = readModel(model);
  const choice = { file: file('second.pth'), reference: file('first.pth') };
  const nodes = given.nodes.map((each) => ({
    ...each,
    inputs: each.inputs.map((name) => (name === 'fc.weight' ? 'normed' : name)),
  }));
  const graph = {
    ...given,
    initializers: new Map([...given.initializers, ['norm', floatTensor([1, 2, 3, 4], [4, 1])]]),
    nodes: [node('Div', ['fc.weight', 'norm'], ['normed']), ...nodes],
  };
  const exchanged = new WeightExchange().into({ file: model, read: () => graph, identity: '' }, choice);
  await expect(exchanged).rejects.toMatchObject({
    failure: { code: 'foreignReference', parameters: { tensor: 'norm' } },
  });
});

describe('constants of a subgraph', () => {
  const model = file('old-whole.first.onnx');
  const given = readModel(model);
  const choice = { file: file('second.pth'), reference: null };
  const exchanged = (constant: Tensor): Promise<unknown> => {
    const value = node('Constant', [], ['kept'], { value: { type: 'tensor', value: constant } });
    const body = writeSubgraph([value], [], [{ name: 'kept', dataType: DataType.FLOAT, shape: null }]);
    const branch = { type: 'graph', value: body } as const;
    const branches = { then_branch: branch, else_branch: branch };
    const graph = { ...given, nodes: [...given.nodes, node('If', ['condition'], ['chosen'], branches)] };
    return new WeightExchange().into({ file: model, read: () => graph, identity: '' }, choice);
  };

  test('that may be weights are refused by the node that has them', async () => {
    await expect(exchanged(floatTensor([1, 2], [2]))).rejects.toMatchObject({
      failure: { code: 'weightsInSubgraph', parameters: { node: 'node of chosen', op: 'If', model } },
    });
  });

  test('that are single numbers are not', async () => {
    await expect(exchanged(floatTensor([1], []))).resolves.toMatchObject({ weights: { file: choice.file } });
  });
});

test('a checkpoint that is overwritten is read anew', async () => {
  const weights = at('last.pth');
  const reference = caseFile('ck-folded-new/epoch_1.pth');
  copyFileSync(reference, weights);
  const before = await logits('ck-folded-new', { weights, reference });
  copyFileSync(caseFile('ck-folded-new/epoch_2.pth'), weights);
  // The clock of a file system may be coarse.
  utimesSync(weights, new Date(), new Date(Date.now() + 5000));
  expectNear(before, [0.752, 3.088, -4.137, 2.436]);
  expectNear(await logits('ck-folded-new', { weights, reference }), EPOCH_2);
});
