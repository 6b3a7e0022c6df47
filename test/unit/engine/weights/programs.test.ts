// A network's weights as many training programs save them, and graphs exported from states in which many tensors are equal,
// against PyTorch's own answers.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';

import { WeightExchange } from '../../../../src/engine/model/weightExchange.js';
import { readModel } from '../../../../src/engine/onnx/read.js';
import type { WeightsInfo } from '../../../../src/protocol/model.js';
import { call } from '../calls.js';
import { engine, explain, logitsOf } from '../explaining.js';
import { node } from '../graphs.js';

const folder = path.resolve(import.meta.dirname, '../../../fixtures/weights');
const file = (name: string): string => path.join(folder, 'programs', name);
const answers = v.parse(
  v.record(v.string(), v.array(v.number())),
  JSON.parse(readFileSync(file('logits.json'), 'utf8')),
);

async function logits(model: string, weights: string, reference: string): Promise<readonly number[]> {
  const choice = { file: file(weights), reference: file(reference) };
  return logitsOf(await explain(file(model), path.join(folder, 'x.npy'), { weights: choice }));
}

function near(name: string): unknown {
  return answers[name]?.map((value): unknown => expect.closeTo(value, 4));
}

async function infoOf(weights: string): Promise<WeightsInfo | undefined> {
  const choice = { file: file(weights), reference: file('first.pth') };
  const info = await engine.open({ model: file('graph.onnx'), settings: {}, weights: choice }, call());
  return info.weights;
}

describe('weights as programs save them', () => {
  test.each([
    ['deepspeed.pt', 'module', []],
    ['mmengine.pth', 'state_dict', ['ema_state_dict']],
    ['torchvision.pth', 'model', ['model_ema']],
    ['composer.pt', 'state.model', []],
    ['dino.pth', 'student', ['teacher']],
    ['lightning-metrics.ckpt', 'state_dict', []],
    ['averaged.pth', null, []],
    ['parallel-module.pt', null, []],
    ['timm-compiled.pth.tar', 'state_dict', []],
    ['timm-channels-last.pth.tar', 'state_dict', ['state_dict_ema']],
    ['timm-ema-alone.pth', 'state_dict_ema', []],
    ['two-models.pth', 'student', ['teacher']],
    ['moco.pth.tar', 'state_dict.encoder_q', ['state_dict.encoder_k']],
  ])('%s', async (name, entry, otherEntries) => {
    expect(await logits('graph.onnx', name, 'first.pth')).toEqual(near('second'));
    expect(await infoOf(name)).toMatchObject({ entry, otherEntries });
  });
});

test.each(['placed', 'attentive', 'plain'])('%s, exported untrained', async (name) => {
  for (const graph of ['folded', 'whole'])
    for (const reference of ['pth', 'safetensors'])
      expect(await logits(`${name}.${graph}.onnx`, `${name}.9.pth`, `${name}.0.${reference}`)).toEqual(
        near(`${name}.9`),
      );
});

test('equal factors of the network itself are refused where the exporter merged them', async () => {
  for (const reference of ['scaled.0.pth', 'scaled.0.safetensors']) {
    expect(await logits('scaled.whole.onnx', 'scaled.9.pth', reference)).toEqual(near('scaled.9'));
    await expect(logits('scaled.folded.onnx', 'scaled.9.pth', reference)).rejects.toMatchObject({
      failure: { code: 'ambiguousReference', parameters: { tensor: 'gamma_a' } },
    });
  }
});

test('a tensor of zeros that the exporter left out is refused once it is trained', async () => {
  const model = file('placed.whole.onnx');
  const given = readModel(model);
  const nodes = given.nodes.map((each) =>
    each.inputs.includes('place')
      ? node('Identity', [each.inputs.find((name) => name !== 'place') ?? ''], each.outputs)
      : each,
  );
  const put = (weights: string): Promise<unknown> =>
    new WeightExchange().into(
      { file: model, read: () => ({ ...given, nodes }), identity: '' },
      { file: file(weights), reference: file('placed.0.pth') },
    );
  await expect(put('placed.0.safetensors')).resolves.toMatchObject({ weights: { entry: null } });
  await expect(put('placed.9.pth')).rejects.toMatchObject({
    failure: { code: 'leftOutWeights', parameters: { tensor: 'place', file: file('placed.9.pth') } },
  });
});
