// Weights beyond the 2 and 4 GiB of a data file, as models over 2 GB have them. The file is one hole but for its weights.
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import type * as Fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';

import { create } from '@bufbuild/protobuf';
import { Engine } from '../../../src/engine/engine.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import {
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
} from '../../../src/engine/onnx/gen/onnx_pb.js';
import { readModel } from '../../../src/engine/onnx/read.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { bytesOf, changed, classifier } from './badFiles.js';
import { call } from './calls.js';
import { numbers } from './graphs.js';

const reads = vi.hoisted((): number[] => []);
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof Fs>();
  const readSync = (descriptor: number, bytes: Uint8Array, at: number, length: number, position: number) => {
    const count = fs.readSync(descriptor, bytes, at, length, position);
    reads.push(count);
    return count;
  };
  return { ...fs, readSync };
});

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-external-'));
const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });
afterEach(() => {
  reads.length = 0;
});
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

const GIB = 2 ** 30;
/** Where the weights lie: across 2 GiB, where a signed 32-bit number ends, and beyond 4 GiB, where 32 bits end. */
const PLACES: Readonly<Record<string, number>> = { w: 2 * GIB - 64, fc: 4 * GIB + 4096 };
const SIZE = 5 * GIB;

/** The classifier with its weights at `PLACES` of a second file. */
function saveFarApart(name: string): string {
  const file = path.join(folder, name);
  const data = openSync(`${file}.data`, 'w');
  ftruncateSync(data, SIZE);
  const bytes = changed(({ initializer }) => {
    for (const tensor of initializer) {
      const offset = PLACES[tensor.name] ?? NaN;
      writeSync(data, tensor.rawData, 0, tensor.rawData.length, offset);
      const entries = { location: `${name}.data`, offset, length: tensor.rawData.length };
      tensor.externalData = Object.entries(entries).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value: String(value) }),
      );
      tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
      tensor.rawData = new Uint8Array();
    }
  });
  closeSync(data);
  writeFileSync(file, bytes);
  return file;
}

function explain(model: string): Promise<Explanation> {
  const input = path.join(folder, 'x.npy');
  const { dims, data } = numbers([1, 3, 8, 8], 7);
  writeFileSync(input, formatNpy({ shape: dims, values: Float32Array.from(data) }));
  return engine.explain(
    {
      model,
      settings: {},
      method: 'relevance-cam',
      source: { kind: 'array', path: input },
      target: 1,
      layers: null,
      top: 2,
    },
    call(),
  );
}

// Windows would fill such a file with zeros on the disk.
test.skipIf(process.platform === 'win32')('weights beyond 2 and 4 GiB of a data file', async () => {
  const model = saveFarApart('far.onnx');
  expect(statSync(`${model}.data`).size).toBe(SIZE);
  expect(readModel(model).initializers).toEqual(classifier().initializers);
  // Nothing is read but the weights.
  expect(reads).toEqual([5 * 3 * 3 * 3 * 4, 5 * 4 * 4]);

  const near = path.join(folder, 'near.onnx');
  writeFileSync(near, bytesOf(classifier()));
  expect((await explain(model)).layers).toEqual((await explain(near)).layers);
});
