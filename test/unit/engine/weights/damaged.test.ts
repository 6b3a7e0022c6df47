// Files that are no checkpoints, or damaged ones: each is refused in one sentence, and nothing in them is carried out.
import fc from 'fast-check';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { EngineError } from '../../../../src/engine/failure.js';
import { unpickle } from '../../../../src/engine/weights/pickle/unpickle.js';
import { PickleError } from '../../../../src/engine/weights/pickle/values.js';
import { readCheckpoint } from '../../../../src/engine/weights/readCheckpoint.js';
import { type Member, membersOf } from '../../../../src/engine/weights/zip.js';

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-damaged-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const fixture = (name: string): string =>
  path.resolve(import.meta.dirname, '../../../fixtures/weights', name);

const RUNS = 2000;

/** A place in a file as a part of its length, and what becomes of the bytes there. */
const CHANGE = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(6),
  bytes: fc.uint8Array({ maxLength: 6 }),
});
const DAMAGE = fc.record({
  changes: fc.array(CHANGE, { minLength: 1, maxLength: 4 }),
  kept: fc.oneof(
    { weight: 4, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  ),
});

/** @param range the part of the file that is damaged */
function damaged(
  bytes: Uint8Array,
  [start, end]: readonly [number, number],
  {
    changes,
    kept,
  }: {
    readonly changes: readonly { at: number; removed: number; bytes: Uint8Array }[];
    readonly kept: number;
  },
): Uint8Array {
  const changed = changes.reduce<Uint8Array>((before, { at, removed, bytes: put }) => {
    const place = start + Math.floor(at * (end - start));
    return Buffer.concat([before.subarray(0, place), put, before.subarray(place + removed)]);
  }, bytes);
  return changed.subarray(0, Math.ceil(kept * changed.length));
}

/** Reads all of a checkpoint; a failure in words is no error. */
async function readAll(file: string): Promise<'read' | 'refused'> {
  try {
    for (const { tensors } of (await readCheckpoint(file)).states)
      for (const tensor of tensors.values()) if (tensor.dims.every((dim) => dim < 1000)) tensor.read();
    return 'read';
  } catch (error) {
    if (error instanceof EngineError) return 'refused';
    throw error;
  }
}

describe('damaged files', () => {
  test.each(['second.pth', 'best.pt', 'second.safetensors'])('%s', { timeout: 300_000 }, async (name) => {
    const bytes = readFileSync(fixture(name));
    const isTorch = !name.endsWith('.safetensors');
    const members = isTorch ? await membersOf(fixture(name), bytes.length) : new Map<string, Member>();
    const pickle = [...members.values()].find((member) => member.name.endsWith('data.pkl'));
    const inside =
      pickle === undefined ? ([0, 2000] as const) : ([pickle.start(), pickle.start() + pickle.size] as const);
    const file = path.join(folder, name);
    let refused = 0;
    const runs = isTorch ? RUNS / 2 : RUNS;
    await fc.assert(
      fc.asyncProperty(DAMAGE, fc.boolean(), async (damage, anywhere) => {
        writeFileSync(file, damaged(bytes, anywhere ? [0, bytes.length] : inside, damage));
        if ((await readAll(file)) === 'refused') refused++;
      }),
      { numRuns: runs },
    );
    expect(refused).toBeGreaterThan(runs / 4);
  });

  test('damaged pickles are read as data or refused', () => {
    const bytes = readFileSync(fixture('best.pt'));
    const start = bytes.indexOf(Buffer.from([0x80, 0x02]));
    const pickle = bytes.subarray(start, bytes.indexOf(Buffer.from('PK\x03\x04', 'latin1'), start));
    fc.assert(
      fc.property(DAMAGE, (damage) => {
        try {
          unpickle(damaged(pickle, [0, pickle.length], damage));
        } catch (error) {
          expect(error).toBeInstanceOf(PickleError);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

const pickled = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );

describe('a pickle', () => {
  test('that would run a command is an inert object', () => {
    const mark = path.join(folder, 'run');
    const command = `touch ${mark}`;
    for (const called of ['cposix\nsystem\n', 'cbuiltins\neval\n', 'csubprocess\ngetoutput\n']) {
      const bytes = pickled([0x80, 2], called, 'X', [command.length, 0, 0, 0], command, [0x85], 'R.');
      expect(unpickle(bytes)).toEqual({ kind: 'instance', entries: new Map(), state: null });
    }
    expect(existsSync(mark)).toBe(false);
  });

  test('that sets __proto__ changes no object', () => {
    // {'__proto__': {'polluted': True}}, as a dict and as the state of an object
    const entry = pickled('X', [9, 0, 0, 0], '__proto__', '}X', [8, 0, 0, 0], 'polluted', [0x88], 's');
    const dict = pickled([0x80, 2], '}', [...entry], 's.');
    const object = pickled([0x80, 2], 'cm\nC\n)', [0x81], '}', [...entry], 'sb.');
    expect(unpickle(dict)).toMatchObject({ kind: 'dict' });
    expect(unpickle(object)).toMatchObject({ kind: 'instance' });
    expect('polluted' in {}).toBe(false);
  });

  test.each<[string, Uint8Array]>([
    [
      'a text longer than the file',
      pickled([0x80, 4, 0x8d, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], '.'),
    ],
    ['an integer of a megabyte', pickled([0x80, 2, 0x8b, 0, 0, 16, 0], '1'.repeat(2 ** 20), '.')],
    ['nothing on the stack', pickled([0x80, 2], '.')],
    ['no mark', pickled([0x80, 2], 't.')],
    ['nothing remembered', pickled([0x80, 2], 'h', [7], '.')],
    ['an unknown opcode', pickled([0x80, 2, 0xff])],
    ['no end', pickled([0x80, 2], 'N')],
  ])('with %s is refused', (_, bytes) => {
    expect(() => unpickle(bytes)).toThrow(PickleError);
  });

  test('of very many nested lists is read', () => {
    expect(unpickle(pickled([0x80, 2], ']'.repeat(10 ** 5), 'a'.repeat(10 ** 5 - 1), '.'))).toHaveProperty(
      'kind',
      'list',
    );
  });
});

describe('what is no checkpoint', () => {
  const header = (json: string, rest = 0): Uint8Array => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return Buffer.concat([length, Buffer.from(json), Buffer.alloc(rest)]);
  };
  const legacy = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

  test.each<[string, string, Uint8Array | string]>([
    ['foreignWeights', 'old.pth', pickled(legacy)],
    ['foreignWeights', 'model.h5', pickled([0x89], 'HDF\r\n', [0x1a, 0x0a])],
    ['foreignWeights', '__0_0.distcp', 'PK'],
    [
      'adapterWeights',
      'adapter_model.safetensors',
      header(
        '{"base_model.model.fc.lora_A.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' +
          '"base_model.model.fc.lora_B.weight":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        8,
      ),
    ],
    ['notWeights', 'notes.pth', 'some text'],
    ['notWeights', 'config.json', '{"hidden_size": 3}'],
    ['emptyFile', 'empty.pth', ''],
    [
      'lfsPointer',
      'pointer.safetensors',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
    ],
    ['webPage', 'page.pth', '<!DOCTYPE html><html></html>'],
    ['damagedWeights', 'cut.pth', readFileSync(fixture('second.pth')).subarray(0, 5000)],
    [
      'damagedWeights',
      'length.safetensors',
      header('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4),
    ],
    [
      'damagedWeights',
      'beyond.safetensors',
      header('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 4),
    ],
    [
      'damagedWeights',
      'huge.safetensors',
      header('{"a":{"dtype":"F32","shape":[1e15,1e15],"data_offsets":[0,8]}}', 8),
    ],
    ['externalDataOutside', 'model.safetensors.index.json', '{"weight_map": {"a": "../a.safetensors"}}'],
    ['externalDataMissing', 'pytorch_model.bin.index.json', '{"weight_map": {"a": "a.bin"}}'],
  ])('%s: %s', async (code, name, content) => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    await expect(readCheckpoint(file)).rejects.toMatchObject({ failure: { code } });
  });
});

/** Archives in few bytes. */
test.each([
  [
    'TorchScript',
    'UEsDBBQAAAAAAAAAIQC7ffXzAgAAAAIAAAAKAAAAYS9kYXRhLnBrbE4uUEsDBBQAAAAIAAAAIQC8jEpBEwAAABwAAAALAAAA' +
      'YS9jb2RlL2EucHlLSU1TSNTQtFIoSCwu5kpB4QEAUEsDBBQAAAAAAAAAIQDhd7CQAQAAAAEAAAAPAAAAYS9jb25zdGFudHMu' +
      'cGtsKVBLAQIUAxQAAAAAAAAAIQC7ffXzAgAAAAIAAAAKAAAAAAAAAAAAAACAAQAAAABhL2RhdGEucGtsUEsBAhQDFAAAAAgA' +
      'AAAhALyMSkETAAAAHAAAAAsAAAAAAAAAAAAAAIABKgAAAGEvY29kZS9hLnB5UEsBAhQDFAAAAAAAAAAhAOF3sJABAAAAAQAA' +
      'AA8AAAAAAAAAAAAAAIABZgAAAGEvY29uc3RhbnRzLnBrbFBLBQYAAAAAAwADAK4AAACUAAAAAAA=',
  ],
  [
    'torch.export (.pt2)',
    'UEsDBBQAAAAAAAAAIQAwXDQoAwAAAAMAAAAQAAAAYS9hcmNoaXZlX2Zvcm1hdHB0MlBLAQIUAxQAAAAAAAAAIQAwXDQoAwAA' +
      'AAMAAAAQAAAAAAAAAAAAAACAAQAAAABhL2FyY2hpdmVfZm9ybWF0UEsFBgAAAAABAAEAPgAAADEAAAAAAA==',
  ],
  [
    'compressed zip',
    'UEsDBBQAAAAIAAAAIQC4UUt+BwAAACgAAAAKAAAAYS9kYXRhLnBrbPPT8yMKAgBQSwECFAMUAAAACAAAACEAuFFLfgcAAAAo' +
      'AAAACgAAAAAAAAAAAAAAgAEAAAAAYS9kYXRhLnBrbFBLBQYAAAAAAQABADgAAAAvAAAAAAA=',
  ],
])('an archive of the format %s is told as such', async (format, content) => {
  const file = path.join(folder, 'archive.pt');
  writeFileSync(file, Buffer.from(content, 'base64'));
  await expect(readCheckpoint(file)).rejects.toMatchObject({
    failure: { code: 'foreignWeights', parameters: { file, format } },
  });
});
