import { describe, expect, test } from 'vitest';

import type { Node } from '../../../src/engine/onnx/graph.js';
import { floatTensor, int64Tensor } from '../../../src/engine/onnx/tensor.js';
import { call } from './calls.js';
import { caseFile } from './caseFiles.js';
import { engine, explain, logitsOf, probabilitiesOf, expectNear, saved, array } from './explaining.js';
import { node, numbers } from './graphs.js';
import { taking, SHAPE } from './inputCases.js';

describe('a file for several pictures at a time', () => {
  const expected = [-0.1431, -0.5225, -1.9144, 1.552, 0.1494];
  const input = caseFile('fixed-batch/x.npy');
  test.each(['ten', 'reshape'])('is run with one: %s', async (name) => {
    const explanation = await explain(caseFile(`fixed-batch/${name}.onnx`), input);
    expectNear(logitsOf(explanation), expected);
  });

  test('is refused where a node does not work with one, saying so', async () => {
    const constants = { shape: int64Tensor([-1, 600]) };
    const pairs = [node('Reshape', ['x', 'shape'], ['two']), node('Reshape', ['two', 'back'], ['n'])];
    const back = { back: int64Tensor([4, 3, 10, 10]) };
    const graph = taking(pairs, { ...constants, ...back }, { shape: [4, 3, 10, 10] });
    await expect(engine.open({ model: saved('pairs', graph), settings: {} }, call())).rejects.toMatchObject({
      failure: { code: 'fixedBatch', parameters: { batch: 4, op: 'Reshape' } },
    });
  });
});

describe('a flat picture', () => {
  const PICTURE = numbers([1, 1, 28, 28], 6, 0, 1).data;
  test('is explained as the same one with its axes', async () => {
    const [flat, four] = ['flat', 'four'].map((name) => caseFile(`flat-input/${name}.onnx`));
    const found = await explain(flat ?? '', array('row', [1, 784], PICTURE));
    const expected = await explain(four ?? '', array('square', [1, 1, 28, 28], PICTURE));
    expectNear(logitsOf(found), logitsOf(expected), 1e-5);
    expect(found.layers.map(({ tensor }) => tensor)).toEqual(expected.layers.map(({ tensor }) => tensor));
    found.layers.forEach(({ map }, index) => {
      expectNear([...map], [...(expected.layers[index]?.map ?? [])], 1e-5);
    });
  });

  test.each<[string, readonly number[], readonly Node[]]>([
    ['colours in a row', [1, 300], [node('Reshape', ['x', 'shape'], ['n'])]],
    ['without the axis of the batch', [3, 10, 10], [node('Unsqueeze', ['x', 'front'], ['n'])]],
    ['scaled first', [1, 300], [node('Mul', ['x', 'k'], ['s']), node('Reshape', ['s', 'open'], ['n'])]],
  ])('may be of any kind: %s', async (name, shape, nodes) => {
    const constants = {
      shape: int64Tensor([0, 3, 10, 10]),
      open: int64Tensor([-1, 3, 10, 10]),
      front: int64Tensor([0]),
      k: floatTensor([1], []),
    };
    const { data } = numbers(SHAPE, 7);
    const found = await explain(saved(name, taking(nodes, constants, { shape })), array('any', shape, data));
    const expected = await explain(saved('usual', taking([])), array('usual', SHAPE, data));
    expectNear(logitsOf(found), logitsOf(expected), 1e-5);
  });
});

describe('inputs besides the picture', () => {
  const model = caseFile('other-inputs/skin.onnx');
  const picture = caseFile('other-inputs/skin.png');
  const GIVEN = [2.52, 1, 0, 1, 2];

  test('are fed zeros, which is told', async () => {
    expectNear(probabilitiesOf(await explain(model, picture)), [0.1534, 0.6164, 0.2302]);
    const { otherInputs } = await engine.open({ model, settings: {} }, call());
    expect(otherInputs).toEqual([{ name: 'patient', shape: [1, 5], isGiven: false }]);
  });

  test.each([
    ['numbers', GIVEN],
    ['a file', array('patient', [1, 5], GIVEN)],
  ])('are fed what the setting says: %s', async (_, patient) => {
    const settings = { inputs: { patient } };
    expectNear(probabilitiesOf(await explain(model, picture, { settings })), [0.0374, 0.9283, 0.0343]);
    const { otherInputs } = await engine.open({ model, settings }, call());
    expect(otherInputs).toMatchObject([{ isGiven: true }]);
  });

  test.each([
    [{ patient: [1, 2] }, 'inputs.patient', '5 numbers'],
    [{ nobody: 1 }, 'inputs.nobody', 'patient'],
  ])('are refused where they do not fit: %o', async (inputs, setting, reason) => {
    const told: unknown = expect.stringContaining(reason);
    await expect(engine.open({ model, settings: { inputs } }, call())).rejects.toMatchObject({
      failure: { code: 'badSetting', parameters: { setting, reason: told } },
    });
  });
});

describe('a model of several heads', () => {
  const model = caseFile('several-heads/heads.onnx');
  const picture = caseFile('several-heads/face.png');

  test('answers with the one that is chosen', async () => {
    const explanation = await explain(model, picture, { settings: { output: 'group' } });
    expectNear(probabilitiesOf(explanation), [0.2255, 0.0508, 0.1044, 0.5252, 0.0941]);
  });

  test('tells its outputs where there is none of a name', async () => {
    const told: unknown = expect.stringMatching(/age.*sex.*group/);
    await expect(explain(model, picture, { settings: { output: 'grup' } })).rejects.toMatchObject({
      failure: { code: 'badSetting', parameters: { setting: 'output', reason: told } },
    });
  });
});
