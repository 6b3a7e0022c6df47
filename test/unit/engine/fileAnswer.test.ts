// What is told of a model's answer, against the values that ONNX Runtime computes from its unmodified file.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

import type { Graph } from '../../../src/engine/onnx/graph.js';
import { DataType, floatTensor, floatValues, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { loadArray } from '../../../src/engine/image/npy.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { bytesOf, classifier } from './badFiles.js';
import { call } from './calls.js';
import { caseFile } from './caseFiles.js';
import { array, at, engine, expectNear, explain, saved } from './explaining.js';
import { node, numbers } from './graphs.js';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/answers');
const shape = [1, 3, 8, 8];
const INPUT = array('x', shape, numbers(shape, 3).data);

/** The classifier with these nodes behind its logits. */
function ending(...nodes: Graph['nodes']): Graph {
  const outputs = [{ name: nodes.at(-1)?.outputs[0] ?? '', dataType: DataType.FLOAT, shape: null }];
  const plain = classifier();
  return nodes.length === 0 ? plain : { ...plain, nodes: [...plain.nodes, ...nodes], outputs };
}

async function outputOf(model: string, input: string, size: readonly number[]): Promise<readonly number[]> {
  const session = await ort.InferenceSession.create(model);
  const x = new ort.Tensor('float32', await loadArray(input, size), size);
  const [output = ''] = session.outputNames;
  const results = await session.run({ [session.inputNames[0] ?? '']: x });
  const data = results[output]?.data;
  if (!(data instanceof Float32Array)) throw new Error('no floats');
  return Array.from(data);
}

/** To four digits behind the point. */
function expectValues(found: ArrayLike<number> | null, expected: readonly number[]): void {
  expectNear(found ?? [], expected, 5e-5);
}

describe('percentages are shown only of probabilities', () => {
  const ofClasses = { axis: { type: 'int', value: 1 } } as const;

  test('bare logits are told beside their softmax', async () => {
    const model = saved('bare', ending());
    const { values, probabilities } = await explain(model, INPUT);
    const logits = await outputOf(model, INPUT, shape);
    const powers = logits.map(Math.exp);
    expectValues(values, logits);
    expectValues(
      probabilities,
      powers.map((power) => power / powers.reduce((sum, one) => sum + one, 0)),
    );
  });

  test('what comes out of a LogSoftmax stands for its exponential', async () => {
    const model = saved('log', ending(node('LogSoftmax', ['logits'], ['log'], ofClasses)));
    const { values, probabilities } = await explain(model, INPUT);
    const logs = await outputOf(model, INPUT, shape);
    expectValues(values, logs);
    expectValues(probabilities, logs.map(Math.exp));
  });

  test('what sums to 1 is taken as it is', async () => {
    const picture = caseFile('probability-outputs/x.png');
    const { probabilities } = await explain(caseFile('probability-outputs/ens.onnx'), picture);
    expectValues(probabilities, [0.0711, 0.4183, 0.2159, 0.2947]);
  });

  test('values that the user says are none', async () => {
    const model = saved('values', ending());
    const asked = { settings: { activation: 'none' } } as const;
    const { values, probabilities, predictions, target } = await explain(model, INPUT, asked);
    const expected = await outputOf(model, INPUT, shape);
    expect(probabilities).toBeNull();
    expectValues(values, expected);
    expectValues(
      predictions.map(({ value }) => value),
      expected.toSorted((a, b) => b - a),
    );
    expect(target).toEqual(predictions[0]);
    expect(target.probability).toBeNull();
  });

  test('nor are those of a Softmax, if the user says so', async () => {
    const model = saved('softmax', ending(node('Softmax', ['logits'], ['shares'], ofClasses)));
    const { values, probabilities } = await explain(model, INPUT, { settings: { activation: 'none' } });
    expect(probabilities).toBeNull();
    expectValues(values, await outputOf(model, INPUT, shape));
  });

  test('a regression', async () => {
    mkdirSync(at('regression'));
    const model = at('regression/model.onnx');
    writeFileSync(model, bytesOf(ending()));
    writeFileSync(at('regression/config.json'), JSON.stringify({ problem_type: 'regression' }));
    expect((await explain(model, INPUT)).probabilities).toBeNull();
  });
});

describe('a quantised file', () => {
  const int8 = path.join(FOLDER, 'dynamic-int8-far/int8.onnx');
  const x = path.join(FOLDER, 'dynamic-int8-far/x.npy');

  test('answers for itself, and what is explained says how far it is from that', async () => {
    const { values, probabilities, apart, target, layers } = await explain(int8, x);
    expectValues(values, [0, 0, 0, 0, 0]);
    expectValues(probabilities, [0.2, 0.2, 0.2, 0.2, 0.2]);
    // Softmax of the float file’s 3.457 3.228 −2.022 2.078 0.894 is 0.468 at most, and 0.002 at least.
    expect(apart?.value).toBeCloseTo(3.457, 1);
    expect(apart?.probability).toBeCloseTo(0.268, 1);
    const float = await explain(path.join(FOLDER, 'dynamic-int8-far/float.onnx'), x, {
      target: target.index,
    });
    expect(float.apart).toBeNull();
    const of = (explanation: Pick<Explanation, 'layers'>): readonly number[] =>
      Array.from(explanation.layers.at(-1)?.map ?? []);
    const largest = Math.max(...of(float).map(Math.abs));
    of({ layers }).forEach((value, index) => {
      expect(Math.abs(value - (of(float)[index] ?? NaN)) / largest).toBeLessThan(0.05);
    });
  });

  test('explains the class that the file predicts', async () => {
    // The file puts out b, its floats a + b: a is too small for the steps of what it is rounded with.
    const model = saved('rounded', {
      ...ending(
        node('Add', ['logits', 'outlier'], ['far']),
        node('DynamicQuantizeLinear', ['far'], ['q', 'scale', 'zero']),
        node('DequantizeLinear', ['q', 'scale', 'zero'], ['back']),
        node('Add', ['back', 'last'], ['z']),
      ),
      initializers: new Map([
        ...classifier().initializers,
        ['outlier', floatTensor([0, 0, 0, -1e6], [4])],
        ['last', floatTensor([0, 1, 0, 0], [4])],
      ]),
    });
    const { values, target, apart } = await explain(model, INPUT);
    const expected = await outputOf(model, INPUT, shape);
    expectValues(values, expected);
    expect(target.index).toBe(expected.indexOf(Math.max(...expected)));
    expect(target.index).toBe(1);
    expect(apart).not.toBeNull();
  });
});

describe.each([
  // What ONNX Runtime has no operator of half precision for it computes in float32, which has steps of 64 behind 1e9.
  ['half precision', DataType.FLOAT16, 2048, false],
  ['double precision', DataType.DOUBLE, 1e9, true],
])('a file in %s', (name, dataType, far, isApart) => {
  test('answers for itself', async () => {
    const to = (type: DataType) => ({ to: { type: 'int', value: type } }) as const;
    const model = saved(name, {
      ...ending(
        node('Cast', ['logits'], ['typed'], to(dataType)),
        node('Cast', ['far'], ['there'], to(dataType)),
        node('Add', ['typed', 'there'], ['away']),
        node('Sub', ['away', 'there'], ['back']),
        node('Cast', ['back'], ['z'], to(DataType.FLOAT)),
      ),
      initializers: new Map([...classifier().initializers, ['far', floatTensor([far], [])]]),
    });
    const { values, apart } = await explain(model, INPUT);
    expectValues(values, await outputOf(model, INPUT, shape));
    expect(apart !== null).toBe(isApart);
  });
});

describe('a file in bfloat16', () => {
  /** The upper half of a float32, which loses nothing of values that have no more digits. */
  const inBfloat16 = (tensor: Tensor): Tensor => ({
    ...tensor,
    dataType: DataType.BFLOAT16,
    bytes: tensor.bytes.filter((_, index) => index % 4 > 1),
  });
  const coarse = (tensor: Tensor): Tensor =>
    floatTensor(
      (floatValues(tensor) ?? new Float32Array()).map((value) => Math.round(64 * value) / 64),
      tensor.dims,
    );

  test('is computed in float32, and says so', async () => {
    const plain = classifier();
    const weights = [...plain.initializers].map(([name, tensor]) => [name, coarse(tensor)] as const);
    const float = saved('float', { ...plain, initializers: new Map(weights) });
    const to = (dataType: DataType) => ({ to: { type: 'int', value: dataType } }) as const;
    const model = saved('bfloat16', {
      ...plain,
      nodes: [
        node('Cast', ['x'], ['half'], to(DataType.BFLOAT16)),
        ...plain.nodes.map((each) => ({
          ...each,
          inputs: each.inputs.map((name) => (name === 'x' ? 'half' : name)),
        })),
        node('Cast', ['logits'], ['z'], to(DataType.FLOAT)),
      ],
      outputs: [{ name: 'z', dataType: DataType.FLOAT, shape: null }],
      initializers: new Map(weights.map(([name, tensor]) => [name, inBfloat16(tensor)])),
    });
    const info = await engine.open({ model, settings: {} }, call());
    expect(info.onlyInFloat32).toBe(true);
    const { values, apart, layers } = await explain(model, INPUT);
    expectValues(values, await outputOf(float, INPUT, shape));
    expect(apart).toBeNull();
    expect(layers.length).toBeGreaterThan(0);
    expect((await engine.open({ model: float, settings: {} }, call())).onlyInFloat32).toBe(false);
  });
});
