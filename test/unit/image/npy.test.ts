import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatNpy, loadArray, parseNpy } from '../../../src/engine/image/npy.js';
import { failureOf, temporaryFolder } from './helpers.js';

const folder = temporaryFolder();

/** Bytes as numpy.save writes them. */
function numpyFile(version: 1 | 2, header: string, data: Uint8Array): Uint8Array {
  const length =
    version === 1
      ? [header.length & 255, header.length >> 8]
      : [header.length & 255, header.length >> 8, 0, 0];
  return Uint8Array.from([
    0x93,
    ...Buffer.from('NUMPY'),
    version,
    0,
    ...length,
    ...Buffer.from(header),
    ...data,
  ]);
}
const header = (descr: string, order: string, shape: string): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`.padEnd(117) + '\n';
const DATA = new Uint8Array(Float32Array.of(1, -2.5, 3e-20, 4, 5, 6).buffer);

test('what is written is read again', () => {
  const arrays = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }).chain((shape) => {
    const length = shape.reduce((product, size) => product * size, 1);
    return fc.float32Array({ minLength: length, maxLength: length }).map((values) => ({ shape, values }));
  });
  fc.assert(
    fc.property(arrays, ({ shape, values }) => {
      const read = parseNpy(formatNpy({ shape, values }));
      expect(read?.shape).toEqual(shape);
      expect([...(read?.values ?? [])].every((value, i) => Object.is(value, values[i]))).toBe(true);
    }),
  );
});

test('the values begin at a multiple of 64 bytes, as numpy requires', () => {
  const bytes = formatNpy({ shape: [6], values: new Float32Array(6) });
  expect((bytes.length - 24) % 64).toBe(0);
  expect(Buffer.from(bytes).toString('latin1', 0, bytes.length - 24)).toBe(
    `\x93NUMPY\x01\x00\x76\x00${"{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }".padEnd(117)}\n`,
  );
});

test.each([1, 2] as const)('version %i', (version) => {
  const read = parseNpy(numpyFile(version, header('<f4', 'False', '(2, 3)'), DATA));
  expect(read?.shape).toEqual([2, 3]);
  expect([...(read?.values ?? [])]).toEqual([...Float32Array.of(1, -2.5, 3e-20, 4, 5, 6)]);
});

test.each<[string, Uint8Array, readonly number[]]>([
  ['|b1', Uint8Array.of(0, 1), [0, 1]],
  // 1 and −2 as in IEEE 754, the largest half and the smallest above 0.
  ['<f2', new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 1).buffer), [1, -2, 65_504, 2 ** -24]],
  ['<u2', new Uint8Array(Uint16Array.of(3, 65_535).buffer), [3, 65_535]],
  ['<i2', new Uint8Array(Int16Array.of(-3, 32_767).buffer), [-3, 32_767]],
  ['<u4', new Uint8Array(Uint32Array.of(3, 2 ** 31).buffer), [3, 2 ** 31]],
  ['<u8', new Uint8Array(BigUint64Array.of(3n, 2n ** 63n).buffer), [3, 2 ** 63]],
  ['>i2', Uint8Array.of(1, 0, 0xff, 0xfe), [256, -2]],
  ['>f4', Uint8Array.of(0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0), [1, -2]],
])('numbers of the type %s', (type, data, values) => {
  const file = numpyFile(1, header(type, 'False', `(${values.length},)`), data);
  expect([...(parseNpy(file)?.values ?? [])]).toEqual(values);
});

test('Fortran order: the first axis runs fastest', () => {
  const data = Uint8Array.from({ length: 24 }, (_, place) => place);
  const read = parseNpy(numpyFile(1, header('|u1', 'True', '(2, 3, 4)'), data));
  const inRows = Array.from({ length: 24 }, (_, index) => {
    const [plane, row, column] = [Math.floor(index / 12), Math.floor(index / 4) % 3, index % 4];
    return plane + 2 * row + 6 * column;
  });
  expect(read?.shape).toEqual([2, 3, 4]);
  expect([...(read?.values ?? [])]).toEqual(inRows);
});

test('a view into a larger buffer is read from its own start', () => {
  const file = numpyFile(1, header('<f4', 'False', '(6,)'), DATA);
  const padded = new Uint8Array(file.length + 3);
  padded.set(file, 3);
  expect(parseNpy(padded.subarray(3))?.values[1]).toBe(-2.5);
});

describe('refuses', () => {
  test.each<[string, Uint8Array]>([
    ['complex numbers', numpyFile(1, header('<c8', 'False', '(3,)'), DATA)],
    ['too few values', numpyFile(1, header('<f4', 'False', '(2, 4)'), DATA)],
    ['a header that is cut off', numpyFile(1, header('<f4', 'False', '(6,)'), DATA).subarray(0, 40)],
    ['another file', Buffer.from('a text that is long enough')],
    ['nothing', new Uint8Array()],
  ])('%s', (_, bytes) => {
    expect(parseNpy(bytes)).toBeNull();
  });

  test('another shape, naming the one that is needed', async () => {
    const file = await folder.write('array.npy', formatNpy({ shape: [2, 3], values: new Float32Array(6) }));
    expect([...(await loadArray(file, [2, 3]))]).toEqual([0, 0, 0, 0, 0, 0]);
    const failure = await failureOf(loadArray(file, [1, 3, 2]));
    expect(failure).toMatchObject({ code: 'notArray', parameters: { file, shape: '1 × 3 × 2' } });
  });
});
