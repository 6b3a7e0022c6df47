import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import { FunctionProtoSchema } from '../../../src/engine/onnx/gen/onnx_pb.js';
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { DataType, floatTensor, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import type { ModelSettings } from '../../../src/protocol/modelSettings.js';
import type { LayerExplanation } from '../../../src/protocol/explanation.js';
import { call } from './calls.js';
import { constant, graphOf, node, numbers } from './graphs.js';
import { correlation } from './statistics.js';

// One network, written in the ways in which exporters write it: all must give the map of the first.

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-spellings-'));
const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });

afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

const ints = (value: readonly number[]) => ({ type: 'ints', value }) as const;

/** Pixels of 0 … 255; the plain model gets them as (v − 100) / 50. */
const PIXELS = numbers([1, 3, 10, 10], 4, 0, 255).data.map(Math.round);
const SCALED = PIXELS.map((value) => (value - 100) / 50);
const W1 = numbers([8, 3, 3, 3], 1);
const W2 = numbers([6, 8, 3, 3], 2);
const FC = numbers([6, 4], 3);

const BODY: readonly Node[] = [
  node('Conv', ['x', 'w1'], ['c1'], { pads: ints([1, 1, 1, 1]) }),
  node('Relu', ['c1'], ['r1']),
  node('Conv', ['r1', 'w2'], ['c2']),
  node('BatchNormalization', ['c2', 'gamma', 'beta', 'mean', 'variance'], ['b2']),
  node('Relu', ['b2'], ['r2']),
  node('GlobalAveragePool', ['r2'], ['p']),
  node('Flatten', ['p'], ['f']),
  node('Gemm', ['f', 'fc'], ['logits']),
];
const CONSTANTS: Readonly<Record<string, Tensor>> = {
  w1: constant(W1),
  w2: constant(W2),
  fc: constant(FC),
  gamma: floatTensor([1, -2, 0.5, 1, 3, 1], [6]),
  beta: floatTensor([0.1, 0.2, 0, 0.3, -0.1, 0.1], [6]),
  mean: floatTensor([0, 0.1, 0.2, 0, 0, 0.1], [6]),
  variance: floatTensor([1, 2, 0.5, 1, 1, 4], [6]),
};

const without = (...names: readonly string[]): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(Object.entries(CONSTANTS).filter(([name]) => !names.includes(name)));

const plain = graphOf([1, 3, 10, 10], BODY, CONSTANTS);

function saved(name: string, graph: Graph): string {
  const file = path.join(folder, name);
  writeFileSync(file, writeModel(graph, Infinity).bytes);
  return file;
}

async function layersOf(
  name: string,
  graph: Graph,
  data: readonly number[] = SCALED,
  dims: readonly number[] = [1, 3, 10, 10],
  settings: ModelSettings = {},
): Promise<ReadonlyMap<string, LayerExplanation>> {
  const input = path.join(folder, `${name}.npy`);
  writeFileSync(input, formatNpy({ shape: dims, values: Float32Array.from(data) }));
  const { layers } = await engine.explain(
    {
      model: saved(`${name}.onnx`, graph),
      settings,
      method: 'relevance-cam',
      source: { kind: 'array', path: input },
      target: 1,
      layers: null,
      top: 2,
    },
    call(),
  );
  return new Map(layers.map((layer) => [layer.tensor, layer]));
}

async function expectSame(found: ReadonlyMap<string, LayerExplanation>, least = 0.99999): Promise<void> {
  const expected = await layersOf('plain', plain);
  expect([...expected.keys()]).toEqual(['c1', 'r1', 'b2', 'r2']);
  for (const tensor of ['r1', 'r2']) {
    expect(
      correlation(found.get(tensor)?.map ?? [], expected.get(tensor)?.map ?? []),
      tensor,
    ).toBeGreaterThan(least);
    expect(found.get(tensor)?.relevanceSum).toBeCloseTo(expected.get(tensor)?.relevanceSum ?? NaN, 2);
  }
}

/** IEEE 754 half precision, rounded to nearest. */
function half(value: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  const word = bits.getUint32(0);
  const exponent = ((word >>> 23) & 0xff) - 112;
  const mantissa = word & 0x7fffff;
  const sign = (word >>> 16) & 0x8000;
  if (exponent <= 0) return sign;
  return sign | ((exponent << 10) + ((mantissa + 0x1000) >>> 13));
}

function halfTensor({
  dims,
  data,
}: {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}): Tensor {
  const bytes = new Uint8Array(Uint16Array.from(data, half).buffer);
  return { dataType: DataType.FLOAT16, dims, bytes };
}

describe('one network in the spellings of its exporters', () => {
  test('weights as constants of nodes', async () => {
    const nodes = ['w1', 'w2', 'fc'].map((name) =>
      node('Constant', [], [name], {
        value: { type: 'tensor', value: CONSTANTS[name] ?? floatTensor([], [0]) },
      }),
    );
    const rest = without('w1', 'w2', 'fc');
    await expectSame(await layersOf('constants', graphOf([1, 3, 10, 10], [...nodes, ...BODY], rest)));
  });

  test('initializers listed as inputs, opset 8', async () => {
    const listed = Object.entries(CONSTANTS).map(([name, { dataType, dims }]) => ({
      name,
      dataType,
      shape: dims,
    }));
    // Gemm-7 would ask for a bias.
    const nodes = BODY.map((each) => (each.op === 'Gemm' ? { ...each, op: 'MatMul' } : each));
    const old = { ...plain, nodes, opsets: new Map([['', 8]]), inputs: [...plain.inputs, ...listed] };
    await expectSame(await layersOf('listed', old));
  });

  test('weights out of a codebook, before a BatchNormalization', async () => {
    const codes = Array.from({ length: 6 * 8 * 9 }, (_, index) => index);
    const nodes = [
      node('Gather', ['codebook', 'codes'], ['gathered']),
      node('Reshape', ['gathered', 'shape'], ['w2']),
      ...BODY,
    ];
    const rest = without('w2');
    const constants = {
      ...rest,
      codebook: floatTensor(W2.data, [W2.data.length]),
      codes: int64Tensor(codes),
      shape: int64Tensor([6, 8, 3, 3]),
    };
    await expectSame(await layersOf('codebook', graphOf([1, 3, 10, 10], nodes, constants)));
  });

  test('nodes in any order', async () => {
    const anyOrder = fc.shuffledSubarray([...BODY], { minLength: BODY.length });
    await fc.assert(
      fc.asyncProperty(anyOrder, async (nodes) => {
        // The output stays that of the network, whichever node comes last.
        const graph = { ...plain, nodes };
        const found = await layersOf('shuffled', graph);
        expect([...found.keys()]).toEqual(['c1', 'r1', 'b2', 'r2']);
        await expectSame(found);
      }),
      { numRuns: 5 },
    );
  });

  test('half precision throughout', async () => {
    const constants = Object.fromEntries(
      Object.entries(CONSTANTS).map(([name, tensor]): [string, Tensor] => [
        name,
        halfTensor({
          dims: tensor.dims,
          data: Array.from(new Float32Array(Uint8Array.from(tensor.bytes).buffer)),
        }),
      ]),
    );
    const graph = graphOf([1, 3, 10, 10], BODY, constants);
    const asHalf = { dataType: DataType.FLOAT16 };
    const halfGraph = {
      ...graph,
      inputs: graph.inputs.map((info) => ({ ...info, ...asHalf })),
      outputs: graph.outputs.map((info) => ({ ...info, ...asHalf })),
    };
    await expectSame(await layersOf('half', halfGraph), 0.9999);
  });

  test('quantised weights and activations', async () => {
    const scale = 1 / 127;
    const quantised = Int8Array.from(W2.data, (value) => Math.round(value / scale));
    const nodes = [
      ...BODY.slice(0, 2),
      node('QuantizeLinear', ['r1', 'scale', 'zero'], ['q']),
      node('DequantizeLinear', ['q', 'scale', 'zero'], ['dq']),
      node('DequantizeLinear', ['w2/stored', 'weightScale', 'weightZero'], ['w2']),
      node('Conv', ['dq', 'w2'], ['c2']),
      ...BODY.slice(3),
    ];
    const rest = without('w2');
    const constants = {
      ...rest,
      scale: floatTensor([0.05], []),
      zero: { dataType: DataType.UINT8, dims: [], bytes: Uint8Array.of(0) },
      weightScale: floatTensor([scale], []),
      weightZero: { dataType: DataType.INT8, dims: [], bytes: Uint8Array.of(0) },
      'w2/stored': { dataType: DataType.INT8, dims: W2.dims, bytes: new Uint8Array(quantised.buffer) },
    };
    await expectSame(await layersOf('quantised', graphOf([1, 3, 10, 10], nodes, constants)), 0.999);
  });

  test.each([
    { of: 'bytes from 0', dataType: DataType.UINT8, zero: 0 },
    { of: 'signed bytes from −128', dataType: DataType.INT8, zero: 0x80 },
  ])('a Relu that the range of $of stands for', async ({ dataType, zero }) => {
    const nodes = [
      ...BODY.slice(0, 1),
      node('QuantizeLinear', ['c1', 'scale', 'zero'], ['q']),
      node('DequantizeLinear', ['q', 'scale', 'zero'], ['r1']),
      ...BODY.slice(2),
    ];
    const constants = {
      ...CONSTANTS,
      scale: floatTensor([0.1], []),
      zero: { dataType, dims: [], bytes: Uint8Array.of(zero) },
    };
    const found = await layersOf('rectified', graphOf([1, 3, 10, 10], nodes, constants));
    expect([...found.keys()]).toEqual(['c1', 'r1', 'b2', 'r2']);
    await expectSame(found);
  });

  test('values above the range of the numbers are cut off, as a Clip would', async () => {
    const nodes = (limiting: readonly Node[]): readonly Node[] => [
      ...BODY.slice(0, 1),
      ...limiting,
      ...BODY.slice(2),
    ];
    const limit = { low: floatTensor([0], []), high: floatTensor([2], []) };
    const quantising = [
      node('Constant', [], ['scale'], { value: { type: 'tensor', value: floatTensor([2 / 255], []) } }),
      node('QuantizeLinear', ['c1', 'scale'], ['q']),
      node('DequantizeLinear', ['q', 'scale'], ['r1']),
    ];
    const dims = [1, 3, 10, 10];
    const clipped = graphOf(dims, nodes([node('Clip', ['c1', 'low', 'high'], ['r1'])]), {
      ...CONSTANTS,
      ...limit,
    });
    const expected = await layersOf('clipped', clipped);
    const found = await layersOf('cut', graphOf(dims, nodes(quantising), CONSTANTS));
    for (const [tensor, { map }] of expected)
      expect(correlation(found.get(tensor)?.map ?? [], map), tensor).toBeGreaterThan(0.99999);
  });

  test.each([
    { zeros: 'one zero point', dims: [] },
    { zeros: 'a zero point for each channel', dims: W1.dims.slice(0, 1) },
  ])('quantised weights with $zeros, activations quantised as they come', async ({ dims }) => {
    const [scale, zero] = [1 / 120, 125];
    const nodes = [
      node('DynamicQuantizeLinear', ['x'], ['q', 'scale', 'zero']),
      node('ConvInteger', ['q', 'w1/stored', 'zero', 'weightZero'], ['c1/whole'], {
        pads: ints([1, 1, 1, 1]),
      }),
      node('Cast', ['c1/whole'], ['c1/float'], { to: { type: 'int', value: DataType.FLOAT } }),
      node('Mul', ['scale', 'weightScale'], ['scales']),
      node('Mul', ['c1/float', 'scales'], ['c1/scaled']),
      node('Add', ['c1/scaled', 'bias'], ['c1']),
      ...BODY.slice(1),
    ];
    const ofBytes = (shape: readonly number[], bytes: Uint8Array): Tensor => ({
      dataType: DataType.UINT8,
      dims: shape,
      bytes,
    });
    const constants = {
      ...without('w1'),
      bias: floatTensor(new Array<number>(8).fill(0), [1, 8, 1, 1]),
      weightScale: floatTensor([scale], []),
      weightZero: ofBytes(dims, new Uint8Array(dims[0] ?? 1).fill(zero)),
      'w1/stored': ofBytes(
        W1.dims,
        Uint8Array.from(W1.data, (value) => Math.round(value / scale) + zero),
      ),
    };
    const found = await layersOf('dynamic', graphOf([1, 3, 10, 10], nodes, constants));
    expect([...found.keys()]).toEqual(['c1', 'r1', 'b2', 'r2']);
    await expectSame(found, 0.999);
  });

  test('bytes as input, normalised inside', async () => {
    const nodes = [
      node('Cast', ['pixels'], ['float'], { to: { type: 'int', value: DataType.FLOAT } }),
      node('Sub', ['float', 'shift'], ['shifted']),
      node('Div', ['shifted', 'divisor'], ['x']),
      ...BODY,
    ];
    const graph = graphOf([1, 3, 10, 10], nodes, {
      ...CONSTANTS,
      shift: floatTensor([100], []),
      divisor: floatTensor([50], []),
    });
    const inputs = [{ name: 'pixels', dataType: DataType.UINT8, shape: [1, 3, 10, 10] }];
    const model = { ...graph, inputs };
    await expectSame(await layersOf('bytes', model, PIXELS));
    const info = await engine.open({ model: path.join(folder, 'bytes.onnx'), settings: {} }, call());
    expect(info.preprocessing).toMatchObject({ range: [0, 255], mean: [0, 0, 0], std: [1, 1, 1] });
  });

  test('channels last, as TensorFlow exports it', async () => {
    const nodes = [node('Transpose', ['picture'], ['x'], { perm: ints([0, 3, 1, 2]) }), ...BODY];
    const graph = { ...graphOf([1, 3, 10, 10], nodes, CONSTANTS) };
    const inputs = [{ name: 'picture', dataType: DataType.FLOAT, shape: ['batch', 10, 10, 3] }];
    const last = Array.from(
      { length: 300 },
      (_, index) => SCALED[(index % 3) * 100 + Math.floor(index / 3)] ?? 0,
    );
    await expectSame(await layersOf('channels-last', { ...graph, inputs }, last, [1, 10, 10, 3]));
  });

  test('a block as a local function', async () => {
    const inner = create(FunctionProtoSchema, {
      name: 'Block',
      domain: 'local',
      input: ['a', 'b'],
      output: ['d'],
      node: [
        { opType: 'Conv', input: ['a', 'b'], output: ['c'] },
        { opType: 'Identity', input: ['c'], output: ['d'] },
      ],
      opsetImport: [{ domain: '', version: 18n }],
    });
    const nodes = BODY.map((each) =>
      each.outputs[0] === 'c2' ? { ...each, op: 'Block', domain: 'local', attributes: new Map() } : each,
    );
    const opsets = new Map([
      ['', 18],
      ['local', 1],
    ]);
    const graph = { ...graphOf([1, 3, 10, 10], nodes, CONSTANTS), functions: [inner], opsets };
    await expectSame(await layersOf('function', graph));
  });

  test('several inputs and outputs: the chosen ones are taken, other inputs are zero', async () => {
    const graph = {
      ...plain,
      nodes: [
        node('Add', ['picture', 'second'], ['x']),
        ...BODY,
        node('Gemm', ['f', 'other'], ['auxiliary']),
      ],
      initializers: new Map([...plain.initializers, ['other', constant(numbers([6, 4], 77))]]),
      inputs: ['second', 'picture'].map((name) => ({
        name,
        dataType: DataType.FLOAT,
        shape: [1, 3, 10, 10],
      })),
      outputs: ['auxiliary', 'logits'].map((name) => ({ name, dataType: DataType.FLOAT, shape: null })),
    };
    const chosen = { input: 'picture', output: 'logits' };
    await expectSame(await layersOf('several', graph, SCALED, [1, 3, 10, 10], chosen));
    await expect(
      layersOf('several', graph, SCALED, [1, 3, 10, 10], { input: 'third' }),
    ).rejects.toMatchObject({
      failure: { code: 'badSetting' },
    });
  });
});
