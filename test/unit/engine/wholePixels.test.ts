import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

import type { Node } from '../../../src/engine/onnx/graph.js';
import { DataType, dataTypeName, floatTensor, int64Tensor } from '../../../src/engine/onnx/tensor.js';
import { call } from './calls.js';
import { caseFile } from './caseFiles.js';
import { engine, explain, logitsOf, expectNear, saved, array } from './explaining.js';
import { node, numbers } from './graphs.js';
import { ints, to, taking, SHAPE } from './inputCases.js';

describe('whole pixels that are moved before they become floats', () => {
  test.each([
    ['first_old', 'tile.png', [0.1022, 0.0105, -0.1507, 0.2134, 0.1303]],
    ['k_gather', 'k_gather.npy', [0.5552, 0.1489, 0.0043, -0.5865]],
    ['k_pad', 'k_pad.npy', [-0.1699, -0.0283, -0.3458, 0.6047]],
    ['k_resize', 'k_resize.npy', [0.0061, -0.1142, 0.162, -0.2236]],
    ['k_slice', 'k_slice.npy', [0.0578, -0.2805, 0.3992, -0.5892]],
    ['k_transpose', 'k_transpose.npy', [-0.6466, 0.141, -2.2034, -1.66]],
  ])('%s', async (name, input, expected) => {
    const [model, file] = [`${name}.onnx`, input].map((each) => caseFile(`bytes-moved-first/${each}`));
    const explanation = await explain(model ?? '', file ?? '');
    expectNear(logitsOf(explanation), expected);
    // A part of the picture, as k_slice takes, has no place in it; nothing else is missing.
    expect(explanation.blocked.filter(({ blockedBy }) => blockedBy.reason !== 'offGrid')).toEqual([]);
    expect(explanation.layers.length).toBeGreaterThan(1);
  });

  const PIXELS = numbers(SHAPE, 3, 0, 255).data.map(Math.round);
  const scale = { scale: floatTensor([1 / 255], []) };
  const scaled = (from: string): readonly Node[] => [
    node('Cast', [from], ['float'], to(DataType.FLOAT)),
    node('Mul', ['float', 'scale'], ['n']),
  ];
  const plain = taking([node('Mul', ['x', 'scale'], ['n'])], scale);

  test.each([
    ['uint8', DataType.UINT8],
    ['int32', DataType.INT32],
    ['int64', DataType.INT64],
  ])('are explained as floats are, down to the pixels: %s', async (name, dataType) => {
    const graph = taking(
      [
        node('Transpose', ['x'], ['t'], { perm: ints([0, 2, 3, 1]) }),
        node('Transpose', ['t'], ['u'], { perm: ints([0, 3, 1, 2]) }),
        ...scaled('u'),
      ],
      scale,
      { dataType },
    );
    const input = array('pixels', SHAPE, PIXELS);
    const moved = saved(name, graph);
    const [found] = await engine.compare(lrp(moved, input), call());
    const [expected] = await engine.compare(lrp(saved('plain', plain), input), call());
    expectNear([...(found?.layers[0]?.map ?? [])], [...(expected?.layers[0]?.map ?? [])], 1e-4);
    const score = await explain(moved, input, { method: 'score-cam' });
    expect(score.blocked).toEqual([]);
  });

  const bounds = {
    low: floatTensor([40], []),
    which: floatTensor(
      PIXELS.map((value) => value % 2),
      SHAPE,
    ),
  };

  test.each([
    ['MaxPool', ['x'], { kernel_shape: ints([2, 2]) }],
    ['Where', ['chosen', 'x', 'from'], {}],
  ])('are chosen by %s as floats are', async (op, inputs, attributes) => {
    const choosing = (dataType: DataType): string => {
      const graph = taking(
        [
          node('Cast', ['low'], ['from'], to(dataType)),
          node('Cast', ['which'], ['chosen'], to(DataType.BOOL)),
          node(op, inputs, ['y'], attributes),
          ...scaled('y'),
        ],
        { ...scale, ...bounds },
        { dataType },
      );
      return saved(`${op}-${dataTypeName(dataType)}`, graph);
    };
    const input = array('pixels', SHAPE, PIXELS);
    const [found] = await engine.compare(lrp(choosing(DataType.UINT8), input), call());
    const [expected] = await engine.compare(lrp(choosing(DataType.FLOAT), input), call());
    expectNear([...(found?.layers[0]?.map ?? [])], [...(expected?.layers[0]?.map ?? [NaN])], 1e-5);
  });

  const lrp = (model: string, input: string) => ({
    model,
    settings: {},
    methods: ['lrp' as const],
    source: { kind: 'array' as const, path: input },
    targets: [1],
    layers: ['x'],
    top: 3,
    carried: false,
  });

  test('are rounded by the model where it takes means of them', async () => {
    const resize = node('Resize', ['x', '', '', 'sizes'], ['y'], {
      mode: { type: 'string', value: 'linear' },
    });
    const sizes = int64Tensor([1, 3, 7, 7]);
    const graph = taking([resize, ...scaled('y')], { ...scale, sizes }, { dataType: DataType.UINT8 });
    const model = saved('means', graph);
    const found = await explain(model, array('pixels', SHAPE, PIXELS));
    const session = await ort.InferenceSession.create(model);
    const { logits } = await session.run({ x: new ort.Tensor('uint8', Uint8Array.from(PIXELS), SHAPE) });
    expectNear(logitsOf(found), Array.from(logits?.data ?? [], Number), 1e-5);
    await session.release();
  });

  test('of eight bits with a sign are fed from −128 to 127', async () => {
    const graph = taking(scaled('x'), scale, { dataType: DataType.INT8 });
    const info = await engine.open({ model: saved('int8', graph), settings: {} }, call());
    expect(info.preprocessing.range).toEqual([-128, 127]);
  });
});
