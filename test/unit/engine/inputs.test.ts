import { describe, expect, test } from 'vitest';

import type { Node } from '../../../src/engine/onnx/graph.js';
import { DataType, floatTensor, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { answerNotes, NOTE_STRINGS } from '../../../src/protocol/answerNotes.js';
import { call } from './calls.js';
import { caseFile } from './caseFiles.js';
import { engine, explain, logitsOf, probabilitiesOf, expectNear, saved, array } from './explaining.js';
import { node, numbers } from './graphs.js';
import { taking, SHAPE } from './inputCases.js';

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

  test.each<[string, readonly (number | string)[]]>([
    ['of one size', [10, 10, 3]],
    ['of any size', ['height', 'width', 3]],
  ])('may come by itself, its colours moved before the axis is there: %s', async (name, shape) => {
    const graph = taking(
      [
        node('Transpose', ['x'], ['t'], { perm: { type: 'ints', value: [2, 0, 1] } }),
        node('Unsqueeze', ['t', 'front'], ['u']),
        node('Cast', ['u'], ['n'], { to: { type: 'int', value: DataType.FLOAT } }),
      ],
      { front: int64Tensor([0]) },
    );
    const inputs = [{ name: 'x', dataType: DataType.UINT8, shape }];
    const settings = { inputWidth: 10, inputHeight: 10 };
    const model = saved(`single-${name}`, { ...graph, inputs });
    const rows = numbers([10, 10, 3], 8, 0, 255).data.map(Math.round);
    const planes = [0, 1, 2].flatMap((colour) => rows.filter((_, index) => index % 3 === colour));
    const found = await explain(model, array('single', [10, 10, 3], rows), { settings });
    const expected = await explain(saved('usual', taking([])), array('planes', SHAPE, planes));
    expectNear(logitsOf(found), logitsOf(expected), 1e-3);
    expect(found.layers.at(-1)?.map.length).toBe(expected.layers.at(-1)?.map.length);
    const { preprocessing } = await engine.open({ model, settings }, call());
    expect(preprocessing).toMatchObject({ layout: 'NHWC', range: [0, 255] });
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

  test('are fed empty texts where they take texts, which is told', async () => {
    const graph = taking([]);
    const texts = saved('texts', {
      ...graph,
      nodes: [...graph.nodes, node('Identity', ['name'], ['same'])],
      inputs: [...graph.inputs, { name: 'name', dataType: DataType.STRING, shape: ['names'] }],
    });
    const pixels = array('texts', SHAPE, numbers(SHAPE, 7).data);
    const found = await explain(texts, pixels);
    expectNear(logitsOf(found), logitsOf(await explain(saved('none', graph), pixels)), 1e-5);
    const info = await engine.open({ model: texts, settings: {} }, call());
    expect(info.otherInputs).toEqual([{ name: 'name', shape: [1], isGiven: false, isText: true }]);
    const notes = answerNotes(info, found, NOTE_STRINGS, () => '');
    expect(notes).toEqual(['Empty text is fed to name.']);
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

describe('an input besides the picture that zeros do not do for', () => {
  const withInput = (nodes: readonly Node[], shape: readonly (number | null)[]): string => {
    const graph = taking([...nodes, node('Add', ['x', 'more'], ['n'])]);
    const inputs = [...graph.inputs, { name: 'given', dataType: DataType.FLOAT, shape }];
    return saved(`given ${shape.join()}`, { ...graph, inputs });
  };

  test('is named where it is divided by', async () => {
    const model = withInput([node('Reciprocal', ['given'], ['more'])], [1]);
    await expect(explain(model, array('usual', SHAPE, numbers(SHAPE, 7).data))).rejects.toMatchObject({
      failure: { code: 'notFiniteZeros', parameters: { inputs: 'given' } },
    });
    const settings = { inputs: { given: 2 } };
    await expect(engine.open({ model, settings }, call())).resolves.toHaveProperty('path');
  });

  test('is named where the file does not say how many it takes', async () => {
    const graph = taking(
      [node('MatMul', ['given', 'weights'], ['more']), node('Add', ['x', 'more'], ['n'])],
      { weights: floatTensor([1, 2, 3], [3, 1]) },
    );
    const inputs = [...graph.inputs, { name: 'given', dataType: DataType.FLOAT, shape: [1, null] }];
    const model = saved('open', { ...graph, inputs });
    await expect(engine.open({ model, settings: {} }, call())).rejects.toMatchObject({
      failure: { code: 'openInput', parameters: { input: 'given' } },
    });
    const settings = { inputs: { given: [1, 2, 3] } };
    await expect(engine.open({ model, settings }, call())).resolves.toHaveProperty('path');
  });
});

describe('whole pixels', () => {
  const BYTES = numbers(SHAPE, 7, 0, 255).data.map(Math.round);
  const whole = { dataType: DataType.UINT8 };
  const zero: Tensor = { dataType: DataType.UINT8, dims: [], bytes: Uint8Array.of(128) };
  const to = (dataType: number) => ({ to: { type: 'int', value: dataType } }) as const;
  const turn = (from: string, into: string): Node =>
    node('Transpose', [from], [into], { perm: { type: 'ints', value: [0, 1, 3, 2] } });
  const turned = numbers(SHAPE, 7, 0, 255).data.map((_, index) => {
    const [column, row] = [index % 10, Math.floor(index / 10) % 10];
    return BYTES[100 * Math.floor(index / 100) + 10 * column + row] ?? NaN;
  });
  const less =
    (by: number) =>
    (value: number): number =>
      value - by;

  test.each<[string, readonly Node[], Readonly<Record<string, Tensor>>, readonly number[]]>([
    [
      'dequantised',
      [node('DequantizeLinear', ['x', 'scale', 'zero'], ['n'])],
      { scale: floatTensor([1], []), zero },
      BYTES.map(less(128)),
    ],
    [
      'moved and dequantised',
      [turn('x', 't'), node('DequantizeLinear', ['t', 'scale', 'zero'], ['n'])],
      { scale: floatTensor([1], []), zero },
      turned.map(less(128)),
    ],
    [
      'moved as other whole numbers',
      [
        node('Cast', ['x'], ['i'], to(DataType.INT32)),
        turn('i', 't'),
        node('Cast', ['t'], ['n'], to(DataType.FLOAT)),
      ],
      {},
      turned,
    ],
    [
      'computed with as whole numbers',
      [node('Sub', ['top', 'x'], ['i']), node('Cast', ['i'], ['n'], to(DataType.FLOAT))],
      { top: { ...zero, bytes: Uint8Array.of(255) } },
      BYTES.map((value) => 255 - value),
    ],
  ])('are explained as the floats that they become: %s', async (name, nodes, constants, floats) => {
    const graph = taking(nodes, constants, whole);
    const found = await explain(saved(name, graph), array('bytes', SHAPE, BYTES));
    const expected = await explain(saved('floats', taking([])), array('floats', SHAPE, floats));
    expectNear(logitsOf(found), logitsOf(expected), 1e-3);
    for (const { tensor, map } of expected.layers) {
      const same = found.layers.find((layer) => layer.tensor === tensor)?.map ?? [];
      const largest = Math.max(...Array.from(map, Math.abs));
      expectNear(
        Array.from(same, (value) => value / largest),
        Array.from(map, (value) => value / largest),
        1e-4,
      );
    }
  });
});

describe('a model of several heads', () => {
  const model = caseFile('several-heads/heads.onnx');
  const picture = caseFile('several-heads/face.png');

  test('answers with the one that is chosen', async () => {
    const explanation = await explain(model, picture, { settings: { output: 'group' } });
    expectNear(probabilitiesOf(explanation), [0.2255, 0.0508, 0.1044, 0.5252, 0.0941]);
  });

  test('tells its outputs where what is named is a map inside', async () => {
    const { layers } = await explain(model, picture);
    const told: unknown = expect.stringMatching(/age.*sex.*group/);
    const settings = { output: layers[0]?.tensor ?? '' };
    await expect(explain(model, picture, { settings })).rejects.toMatchObject({
      failure: { code: 'badSetting', parameters: { setting: 'output', reason: told } },
    });
  });

  test('tells its outputs where there is none of a name', async () => {
    const told: unknown = expect.stringMatching(/age.*sex.*group/);
    await expect(explain(model, picture, { settings: { output: 'grup' } })).rejects.toMatchObject({
      failure: { code: 'badSetting', parameters: { setting: 'output', reason: told } },
    });
  });
});
