// Weights that a norm is computed of, put into graphs that compute it and graphs of which the exporter has computed it,
// against PyTorch's own answers.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import { WeightExchange } from '../../../../src/engine/model/weightExchange.js';
import { readModel } from '../../../../src/engine/onnx/read.js';
import { floatTensor } from '../../../../src/engine/onnx/tensor.js';
import { explain, logitsOf } from '../explaining.js';
import { node } from '../graphs.js';

const folder = path.resolve(import.meta.dirname, '../../../fixtures/weights');
const file = (name: string): string => path.join(folder, 'norms', name);
const answers = v.parse(
  v.record(v.string(), v.array(v.number())),
  JSON.parse(readFileSync(file('logits.json'), 'utf8')),
);

async function answer(model: string, weights: string, reference: string | null = null): Promise<void> {
  const choice = { file: file(`${weights}.safetensors`), reference };
  const found = logitsOf(await explain(file(model), path.join(folder, 'x.npy'), { weights: choice }));
  expect(found).toEqual(answers[weights]?.map((value): unknown => expect.closeTo(value, 4)));
}

const graphs = readdirSync(file('.')).filter((name) => name.endsWith('.onnx'));

test.each(graphs)('%s with the reference of its state', async (name) => {
  const [spelling = '', state = ''] = name.split('.');
  const reference = file(`${spelling}.${state}.safetensors`);
  await answer(name, `${spelling}.second`, reference);
  await answer(name, `${spelling}.fresh`, reference);
});

describe.each(['hooks', 'parametrized'])('%s', (spelling) => {
  test.each(['fresh.new-whole', 'first.new-whole', 'first.removed'])('%s by names', async (state) => {
    await answer(`${spelling}.${state}.onnx`, `${spelling}.second`);
  });

  test('a reference is found by itself, or asked for', async () => {
    const model = `${spelling}.first.new-folded.onnx`;
    await answer(model, `${spelling}.first`);
    await expect(answer(model, `${spelling}.second`)).rejects.toMatchObject({
      failure: { code: 'strayWeights' },
    });
  });
});

test('a norm of which the exporter has computed a part is refused', async () => {
  const model = file('hooks.first.new-whole.onnx');
  const given = readModel(model);
  const [divided] = given.nodes.filter(({ op, inputs }) => op === 'Div' && inputs[0] === 'mid.weight_orig');
  if (divided === undefined) throw new Error('the fixture divides by the spectral norm');
  const graph = {
    ...given,
    initializers: new Map([...given.initializers, ['sigma', floatTensor([2.5], [])]]),
    nodes: given.nodes
      .filter(({ inputs }) => !['mid.weight_u', 'mid.weight_v'].some((name) => inputs.includes(name)))
      .map((each) => (each === divided ? node('Div', ['mid.weight_orig', 'sigma'], divided.outputs) : each)),
  };
  const choice = { file: file('hooks.second.safetensors'), reference: file('hooks.first.safetensors') };
  const exchanged = new WeightExchange().into({ file: model, read: () => graph, identity: '' }, choice);
  await expect(exchanged).rejects.toMatchObject({
    failure: { code: 'partlyComputedWeights', parameters: { tensor: 'mid.weight_orig' } },
  });
});
