import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

import { DataType, floatTensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { classifier } from './badFiles.js';
import { array, expectNear, explain, logitsOf, saved } from './explaining.js';
import { node, numbers } from './graphs.js';

const PICTURE = numbers([1, 3, 8, 8], 7);
const input = array('packed', PICTURE.dims, PICTURE.data);
const int = (value: number) => ({ type: 'int', value }) as const;

/** Five features in blocks of 16, of each class one. */
const [K, N, BLOCK] = [5, 4, 16] as const;

function bytes(dims: readonly number[], seed: number): Tensor {
  const { data } = numbers(dims, seed, 0, 256);
  return { dataType: DataType.UINT8, dims, bytes: Uint8Array.from(data) };
}

describe('weights of a few bits, several in a byte', () => {
  test.each([
    [4, false],
    [4, true],
    [8, true],
  ])('%d bits, with zero points: %s', async (bits, hasZeros) => {
    const graph = classifier();
    const inputs = ['f', 'packed', 'scales', ...(hasZeros ? ['zeros'] : [])];
    const product = {
      ...node('MatMulNBits', inputs, ['logits'], {
        K: int(K),
        N: int(N),
        bits: int(bits),
        block_size: int(BLOCK),
      }),
      domain: 'com.microsoft',
    };
    const packed = {
      ...graph,
      opsets: new Map([...graph.opsets, ['com.microsoft', 1]]),
      nodes: [...graph.nodes.slice(0, -1), product],
      initializers: new Map([
        ...graph.initializers,
        ['packed', bytes([N, 1, (BLOCK * bits) / 8], 3)],
        ['scales', floatTensor([0.1, 0.02, 0.05, 0.03], [N])],
        ...(hasZeros ? [['zeros', bytes([N], 4)] as const] : []),
      ]),
    };
    const model = saved(`packed-${bits}-${hasZeros}`, packed);
    const session = await ort.InferenceSession.create(model);
    const feed = new ort.Tensor('float32', Float32Array.from(PICTURE.data), PICTURE.dims);
    const { logits } = await session.run({ x: feed });
    await session.release();
    const found = await explain(model, input);
    expectNear(logitsOf(found), Array.from(logits?.data ?? [], Number), 1e-3);
    expect(found.layers.length).toBeGreaterThan(0);
    expect(found.blocked).toEqual([]);
  });
});
