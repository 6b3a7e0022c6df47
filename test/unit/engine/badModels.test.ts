import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { EngineError } from '../../../src/engine/failure.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import { parseModel } from '../../../src/engine/onnx/read.js';
import type { Graph } from '../../../src/engine/onnx/graph.js';
import { DataType, floatTensor } from '../../../src/engine/onnx/tensor.js';
import { EngineError as ClientError } from '../../../src/extension/client/engineError.js';
import { ERROR_TEXTS, type EngineFailure } from '../../../src/protocol/errors.js';
import { BAD_FILES, bytesOf, classifier } from './badFiles.js';
import { call } from './calls.js';
import { node } from './graphs.js';
import { EngineProgram } from './engineProgram.js';
import { RunningEngine } from './realEngine.js';

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-bad-'));
const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });
const at = (name: string): string => path.join(folder, name);

const USUAL = { settings: {}, method: 'relevance-cam', top: 3, target: null, layers: null } as const;

function save(name: string, bytes: Uint8Array): string {
  writeFileSync(at(name), bytes);
  return at(name);
}

/** The sentence that a person reads. */
function textOf({ code, parameters }: EngineFailure): string {
  return ERROR_TEXTS[code].replace(/\{(\w+)\}/g, (_, name: string) =>
    String(parameters[name] ?? `{${name}}`),
  );
}

async function failureOf(model: string): Promise<EngineFailure> {
  try {
    await engine.open({ model, settings: {} }, call());
  } catch (error) {
    if (error instanceof EngineError) return error.failure;
    throw error;
  }
  throw new Error(`${model} opened`);
}

beforeAll(() => {
  save('short.bin', new Uint8Array(10));
  symlinkSync('/etc/hostname', at('link.bin'));
  symlinkSync('/etc', at('linked'));
  mkdirSync(at('folder'));
});

afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

describe('a bad model gives one clear sentence', () => {
  test.each(BAD_FILES)('$what', async ({ bytes, text }) => {
    const model = save('bad.onnx', bytes);
    expect(textOf(await failureOf(model))).toBe(text(model));
  });

  test('a file that does not exist', async () => {
    const model = at('missing.onnx');
    expect(textOf(await failureOf(model))).toBe(`Cannot read ${model}: there is no such file.`);
  });

  test('a folder', async () => {
    expect(textOf(await failureOf(folder))).toBe(`Cannot read ${folder}: it is a folder.`);
  });

  test('a model truncated at any byte', () => {
    const bytes = bytesOf(classifier());
    const codeOf = (length: number): string => {
      try {
        parseModel(bytes.subarray(0, length), 'model.onnx');
      } catch (error) {
        if (error instanceof EngineError) return error.failure.code;
        throw error;
      }
      return 'read';
    };
    const codes = Array.from(bytes, (_, length) => codeOf(length));
    // The IR version's two bytes say that it is a model; before the last byte there is always something missing.
    expect(codes.slice(0, 2)).toEqual(['notOnnx', 'notOnnx']);
    expect(new Set(codes.slice(2))).toEqual(new Set(['truncatedModel']));
  });

  test('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, startsLikeModel) => {
        const file = startsLikeModel ? Uint8Array.of(0x08, 0x08, ...bytes) : bytes;
        expect(() => parseModel(file, 'random.onnx')).toThrow(EngineError);
      }),
      { numRuns: 1000 },
    );
  });

  test('logits that are not finite', async () => {
    const graph = classifier();
    const large = floatTensor(new Float32Array(20).fill(3e38), [5, 4]);
    const initializers = new Map([...graph.initializers, ['fc', large] as const]);
    const model = save('overflow.onnx', bytesOf({ ...graph, initializers }));
    const shape = [1, 3, 8, 8];
    const values = Float32Array.from({ length: 192 }, (_, index) => index % 17);
    const source = { kind: 'array', path: save('x.npy', formatNpy({ shape, values })) } as const;
    const request = { ...USUAL, model, source };
    await expect(engine.explain(request, call())).rejects.toSatisfy(
      (error) =>
        error instanceof EngineError &&
        textOf(error.failure) ===
          `The logits logits of ${model} come out as NaN or infinity for this picture. Check the preprocessing, or choose another checkpoint.`,
    );
  });
});

describe('what looks bad and is not', () => {
  const open = async (graph: Graph): Promise<readonly number[]> =>
    (await engine.open({ model: save('odd.onnx', bytesOf(graph)), settings: {} }, call())).input.shape;
  const usual = classifier();

  test('sizes that depend on the picture, beside the way to the logits', async () => {
    const nodes = [...usual.nodes, node('NonZero', ['a'], ['where'])];
    const where = { name: 'where', dataType: DataType.INT64, shape: null };
    await expect(open({ ...usual, nodes, outputs: [...usual.outputs, where] })).resolves.toEqual([
      1, 3, 8, 8,
    ]);
  });

  test('infinity that is no weight: a limit', async () => {
    const nodes = usual.nodes.map((each) =>
      each.op === 'Relu' ? node('Clip', ['y', 'zero', 'limit'], ['a']) : each,
    );
    const limits = [
      ['zero', floatTensor([0], [])],
      ['limit', floatTensor([Infinity], [])],
    ] as const;
    const initializers = new Map([...usual.initializers, ...limits]);
    await expect(open({ ...usual, nodes, initializers })).resolves.toEqual([1, 3, 8, 8]);
  });

  test('free sizes written as −1', async () => {
    const inputs = [{ name: 'x', dataType: DataType.FLOAT, shape: [-1, 3, -1, -1] }];
    await expect(open({ ...usual, inputs })).resolves.toEqual([1, 3, 224, 224]);
  });
});

test('after all that a good model opens, and a wrong class or layer is named', async () => {
  const model = save('good.onnx', bytesOf(classifier()));
  const info = await engine.open({ model, settings: {} }, call());
  expect(info.layers.map(({ tensor }) => tensor)).toEqual(['y', 'a']);
  save('text.png', Buffer.from('no picture'));
  save('x.npy', new Uint8Array());
  const source = { kind: 'image', path: at('text.png') } as const;
  const codeOf = async (change: object): Promise<string> =>
    engine.explain({ ...USUAL, model, source, ...change }, call()).then(
      () => 'explained',
      (error: unknown) => (error instanceof EngineError ? error.failure.code : String(error)),
    );
  expect(await codeOf({})).toBe('notPicture');
  expect(await codeOf({ target: 4 })).toBe('unknownClass');
  expect(await codeOf({ layers: ['nowhere'] })).toBe('unknownLayer');
  expect(await codeOf({ source: { kind: 'array', path: at('x.npy') } })).toBe('notArray');
});

describe('the background process', () => {
  /** Bad files of 32 MiB: cut off, of a wrong length, with NaN at the very end. */
  function largeFiles(): readonly string[] {
    const weights = new Float32Array(2 ** 23);
    const graphOf = (): Uint8Array =>
      bytesOf(
        classifier({
          initializers: new Map([...classifier().initializers, ['fc', floatTensor(weights, [5, 4])]]),
        }),
      );
    const wrongLength = graphOf();
    const cut = wrongLength.subarray(0, 2 ** 24);
    return [save('wrong-length.onnx', wrongLength), save('cut.onnx', cut)];
  }

  test('answers every bad file, goes on, and gives the memory back', { timeout: 120_000 }, async () => {
    const program = await EngineProgram.build();
    const running = new RunningEngine(program);
    try {
      const open = (model: string): Promise<unknown> => running.ask('open', { model, settings: {} }, call());
      const good = save('good.onnx', bytesOf(classifier()));
      await open(good);
      const before = await running.memory();
      const large = largeFiles();
      for (let round = 0; round < 4; round++) {
        for (const { bytes, text } of BAD_FILES) {
          const model = save('bad.onnx', bytes);
          const error: unknown = await open(model).catch((caught: unknown) => caught);
          expect(error instanceof ClientError ? textOf(error.failure) : error).toBe(text(model));
        }
        for (const model of large) await expect(open(model)).rejects.toBeInstanceOf(ClientError);
      }
      await expect(open(good)).resolves.toMatchObject({ path: good });
      // Read were four times 48 MiB and some hundred small files.
      expect((await running.memory()) - before).toBeLessThan(100);
    } finally {
      running.kill();
      program.remove();
    }
  });
});
