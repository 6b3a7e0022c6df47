import { describe, expect, test } from 'vitest';

import type { Graph } from '../../../src/engine/onnx/graph.js';
import { DataType, floatTensor, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import type { ModelInfo } from '../../../src/protocol/model.js';
import { call } from './calls.js';
import { caseFile } from './caseFiles.js';
import { engine, explain, probabilitiesOf, expectNear, saved } from './explaining.js';
import { constant, node, numbers } from './graphs.js';
import { to, taking } from './inputCases.js';

describe('a model that normalises inside', () => {
  const picture = caseFile('normalise-inside/x.png');
  test.each([
    ['255_bgr_old', [0, 0, 0, 1]],
    ['255_clip_new', [0.254, 0.168, 0.099, 0.479]],
    ['255_div_old', [0.254, 0.168, 0.099, 0.479]],
    ['01_norm_new', [0.254, 0.168, 0.099, 0.479]],
    ['255_resize_old', [0.276, 0.223, 0.147, 0.355]],
    ['01_pm1_old', [0.199, 0.218, 0.163, 0.42]],
  ])('is fed what it takes without a setting: %s', async (name, expected) => {
    const explanation = await explain(caseFile(`normalise-inside/${name}.onnx`), picture);
    expectNear(probabilitiesOf(explanation), expected);
  });

  const channels = (values: readonly number[]): Tensor => floatTensor(values, [1, 3, 1, 1]);
  const half = (bits: number): Tensor => ({
    dataType: DataType.FLOAT16,
    dims: [],
    bytes: new Uint8Array(Uint16Array.of(bits).buffer),
  });
  const BATCH_NORM = ['x', 'gamma', 'beta', 'mean', 'variance'];
  const threeOf = (grey: string) => [
    node('Concat', [grey, grey, grey], ['n'], { axis: { type: 'int', value: 1 } }),
  ];
  const ofThree = (values: readonly number[]): Tensor => floatTensor(values, [3]);

  /** Arithmetic with one number after the other. */
  const shifted = (...steps: readonly (readonly [string, number])[]): Graph =>
    taking(
      steps.map(([op], index) => node(op, [index === 0 ? 'x' : `s${index}`, `k${index}`], [`s${index + 1}`])),
      Object.fromEntries(steps.map(([, value], index) => [`k${index}`, floatTensor([value], [])])),
    );
  const of = (black: number, white: number) => ({ range: [black, white], channelOrder: 'RGB' }) as const;

  test.each<[string, Graph, Pick<ModelInfo['preprocessing'], 'range' | 'channelOrder'>]>([
    [
      'BatchNormalization of bytes',
      taking([node('BatchNormalization', BATCH_NORM, ['n'])], {
        gamma: ofThree([1, 1, 1]),
        beta: ofThree([0, 0, 0]),
        mean: ofThree([120, 115, 104]),
        variance: ofThree([3500, 3300, 3400]),
      }),
      { range: [0, 255], channelOrder: 'RGB' },
    ],
    [
      'constants of sixteen bits',
      taking([
        node('Cast', ['x'], ['h'], to(DataType.FLOAT16)),
        node('Constant', [], ['scale'], { value: { type: 'tensor', value: half(0x1c04) } }),
        node('Mul', ['h', 'scale'], ['m']),
        node('Cast', ['m'], ['n'], to(DataType.FLOAT)),
      ]),
      { range: [0, 255], channelOrder: 'RGB' },
    ],
    [
      'a scale computed from constants',
      taking([node('Reciprocal', ['k'], ['scale']), node('Mul', ['x', 'scale'], ['n'])], {
        k: floatTensor([255], []),
      }),
      { range: [0, 255], channelOrder: 'RGB' },
    ],
    [
      'channels turned around by Split and Concat, Caffe’s means',
      taking(
        [
          node('Split', ['x'], ['a', 'b', 'd'], {
            axis: { type: 'int', value: 1 },
            num_outputs: { type: 'int', value: 3 },
          }),
          node('Concat', ['d', 'b', 'a'], ['bgr'], { axis: { type: 'int', value: 1 } }),
          node('Sub', ['bgr', 'means'], ['n']),
        ],
        { means: channels([103.939, 116.779, 123.68]) },
      ),
      { range: [0, 255], channelOrder: 'RGB' },
    ],
    [
      'Caffe’s means for channels that nothing turns around',
      taking([node('Sub', ['x', 'means'], ['n'])], { means: channels([103.939, 116.779, 123.68]) }),
      { range: [0, 255], channelOrder: 'BGR' },
    ],
    [
      'one mean and deviation of 0 … 1',
      taking([node('Sub', ['x', 'mean'], ['s']), node('Div', ['s', 'std'], ['n'])], {
        mean: floatTensor([0.1307], []),
        std: floatTensor([0.3081], []),
      }),
      { range: [0, 1], channelOrder: 'RGB' },
    ],
    [
      'a convolution of one position that scales',
      taking([node('Conv', ['x', 'scales'], ['n'])], {
        scales: floatTensor([1 / 255, 0, 0, 0, 1 / 255, 0, 0, 0, 1 / 255], [3, 3, 1, 1]),
      }),
      { range: [0, 255], channelOrder: 'RGB' },
    ],
    [
      '−1 … 1 brought to 0 … 1',
      taking([node('Add', ['x', 'one'], ['s']), node('Mul', ['s', 'half'], ['n'])], {
        one: floatTensor([1], []),
        half: floatTensor([0.5], []),
      }),
      { range: [-1, 1], channelOrder: 'RGB' },
    ],
    ['−1 … 1 brought to −128 … 127', shifted(['Add', 1], ['Mul', 127.5], ['Sub', 128]), of(-1, 1)],
    ['−1 … 1 brought to −127.5 … 127.5', shifted(['Mul', 127.5]), of(-1, 1)],
    ['0 … 1 brought to −128 … 127', shifted(['Mul', 255], ['Sub', 128]), of(0, 1)],
    ['0 … 1 turned into its negative', shifted(['Sub', 1], ['Mul', -1]), of(0, 1)],
    ['−0.5 … 0.5 brought to 0 … 255', shifted(['Add', 0.5], ['Mul', 255]), of(-0.5, 0.5)],
    ['0 … 255 brought to −1 … 1', shifted(['Sub', 128], ['Div', 128]), of(0, 255)],
    ['−128 … 127 brought to 0 … 1', shifted(['Add', 128], ['Div', 255]), of(-128, 127)],
    ['0 … 65535 brought to 0 … 1', shifted(['Div', 65_535]), of(0, 65_535)],
    [
      'sixteen bits',
      taking(
        [node('Cast', ['x'], ['s'], to(DataType.FLOAT)), node('Div', ['s', 'k'], ['n'])],
        { k: floatTensor([65_535], []) },
        { dataType: DataType.UINT16 },
      ),
      of(0, 65_535),
    ],
    [
      'bytes that are read as whole numbers',
      taking(
        [node('Mod', ['x', 'k'], ['m']), node('Cast', ['m'], ['n'], to(DataType.FLOAT))],
        { k: { dataType: DataType.UINT8, dims: [], bytes: Uint8Array.of(200) } },
        { dataType: DataType.UINT8 },
      ),
      of(0, 255),
    ],
    [
      'normalised behind a first mean of neighbours',
      taking(
        [
          node('AveragePool', ['x'], ['a'], { kernel_shape: { type: 'ints', value: [2, 2] } }),
          node('Div', ['a', 'k'], ['d']),
          node('Sub', ['d', 'mean'], ['n']),
        ],
        { k: floatTensor([255], []), mean: channels([0.485, 0.456, 0.406]) },
      ),
      { range: [0, 255], channelOrder: 'RGB' },
    ],
    [
      'made grey by a convolution',
      taking([node('Conv', ['x', 'grey'], ['g']), node('Div', ['g', 'k'], ['d']), ...threeOf('d')], {
        grey: floatTensor([0.299, 0.587, 0.114], [1, 3, 1, 1]),
        k: floatTensor([255], []),
      }),
      { range: [0, 255], channelOrder: 'RGB' },
    ],
    [
      'made grey by a sum',
      taking(
        [
          node('Mul', ['x', 'grey'], ['m']),
          node('ReduceSum', ['m', 'axis'], ['g']),
          node('Div', ['g', 'k'], ['d']),
          ...threeOf('d'),
        ],
        { grey: channels([0.299, 0.587, 0.114]), axis: int64Tensor([1]), k: floatTensor([255], []) },
      ),
      { range: [0, 255], channelOrder: 'RGB' },
    ],
    [
      'by its own mean and deviation',
      taking(
        [
          node('ReduceMean', ['x', 'all'], ['m']),
          node('Sub', ['x', 'm'], ['d']),
          node('Mul', ['d', 'd'], ['q']),
          node('ReduceMean', ['q', 'all'], ['v']),
          node('Sqrt', ['v'], ['s']),
          node('Max', ['s', 'least'], ['t']),
          node('Div', ['d', 't'], ['n']),
        ],
        { all: int64Tensor([1, 2, 3]), least: floatTensor([0.05], []) },
      ),
      { range: [0, 1], channelOrder: 'RGB' },
    ],
    [
      'by its own maximum',
      taking([node('ReduceMax', ['x', 'all'], ['m']), node('Div', ['x', 'm'], ['n'])], {
        all: int64Tensor([1, 2, 3]),
      }),
      of(0, 1),
    ],
    [
      'behind a first maximum of neighbours',
      taking(
        [
          node('MaxPool', ['x'], ['m'], { kernel_shape: { type: 'ints', value: [2, 2] } }),
          node('Div', ['m', 'k'], ['n']),
        ],
        { k: floatTensor([255], []) },
      ),
      of(0, 255),
    ],
    [
      'CIFAR’s means, blue first',
      taking([node('Div', ['x', 'k'], ['d']), node('Sub', ['d', 'means'], ['n'])], {
        k: floatTensor([255], []),
        means: channels([0.4465, 0.4822, 0.4914]),
      }),
      { range: [0, 255], channelOrder: 'BGR' },
    ],
    [
      'bytes',
      taking([node('Cast', ['x'], ['n'], to(DataType.FLOAT))], {}, { dataType: DataType.INT32 }),
      { range: [0, 255], channelOrder: 'RGB' },
    ],
  ])('is recognised: %s', async (name, graph, expected) => {
    const { preprocessing } = await engine.open({ model: saved(name, graph), settings: {} }, call());
    expect(preprocessing).toMatchObject({ ...expected, mean: [0, 0, 0], std: [1, 1, 1] });
  });

  test('is none where it learned its normalisation from normalised pictures', async () => {
    const graph = taking([node('BatchNormalization', BATCH_NORM, ['n'])], {
      gamma: ofThree([1, 1, 1]),
      beta: ofThree([0, 0, 0]),
      mean: ofThree([0.01, -0.05, 0.03]),
      variance: ofThree([1.1, 0.9, 1.05]),
    });
    const { preprocessing } = await engine.open({ model: saved('learned', graph), settings: {} }, call());
    expect(preprocessing.mean).toEqual([0.485, 0.456, 0.406]);
  });

  test('is none where it makes −1 … 1 of what ImageNet’s makes, as Inception does', async () => {
    const graph = taking([node('Mul', ['x', 'scale'], ['s']), node('Add', ['s', 'shift'], ['n'])], {
      scale: channels([0.229 / 0.5, 0.224 / 0.5, 0.225 / 0.5]),
      shift: channels([(0.485 - 0.5) / 0.5, (0.456 - 0.5) / 0.5, (0.406 - 0.5) / 0.5]),
    });
    const { preprocessing } = await engine.open({ model: saved('inception', graph), settings: {} }, call());
    expect(preprocessing.mean).toEqual([0.485, 0.456, 0.406]);
  });

  test('is none where the first convolution has computed weights, as quantised ones are', async () => {
    const graph = taking(
      [node('Mul', ['kernel', 'scale'], ['scaled']), node('Conv', ['x', 'scaled'], ['n'])],
      {
        kernel: constant(numbers([3, 3, 3, 3], 4)),
        scale: floatTensor([0.01], []),
      },
    );
    const { preprocessing } = await engine.open({ model: saved('computed', graph), settings: {} }, call());
    expect(preprocessing.mean).toEqual([0.485, 0.456, 0.406]);
  });
});
