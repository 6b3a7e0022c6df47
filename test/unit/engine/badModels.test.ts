import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { fromBinary, toBinary, type MessageShape } from '@bufbuild/protobuf';
import { Engine } from '../../../src/engine/engine.js';
import { EngineError } from '../../../src/engine/failure.js';
import { ModelProtoSchema, TensorProto_DataLocation } from '../../../src/engine/onnx/gen/onnx_pb.js';
import type { Graph } from '../../../src/engine/onnx/graph.js';
import { parseModel } from '../../../src/engine/onnx/read.js';
import { DataType } from '../../../src/engine/onnx/tensor.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import { ERROR_TEXTS } from '../../../src/protocol/errors.js';
import { call } from './calls.js';
import { constant, graphOf, node, numbers } from './graphs.js';

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-bad-'));
const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });
const at = (name: string): string => path.join(folder, name);

/** A classifier of four classes: Conv, Relu, mean, Gemm. */
function classifier(change: Partial<Graph> = {}): Graph {
  const nodes = [
    node('Conv', ['x', 'w'], ['y']),
    node('Relu', ['y'], ['a']),
    node('GlobalAveragePool', ['a'], ['p']),
    node('Flatten', ['p'], ['f']),
    node('Gemm', ['f', 'fc'], ['logits']),
  ];
  const constants = { w: constant(numbers([5, 3, 3, 3], 1)), fc: constant(numbers([5, 4], 2)) };
  return { ...graphOf([1, 3, 8, 8], nodes, constants), ...change };
}

function save(name: string, graph: Graph): string {
  writeFileSync(at(name), writeModel(graph, Infinity).bytes);
  return at(name);
}

/** The failure of opening a model, as the code and the sentence a person reads. */
async function failureOf(model: string): Promise<{ readonly code: string; readonly text: string }> {
  try {
    await engine.open({ model, settings: {} }, call());
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { code, parameters } = error.failure;
    const text = ERROR_TEXTS[code].replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name]));
    return { code, text };
  }
  throw new Error(`${model} opened`);
}

/** External data of `w`, in place of its bytes. */
function withExternalWeights(name: string, data: string, offset = 0): string {
  const model = toModel(classifier());
  const weights = model.graph?.initializer.find((tensor) => tensor.name === 'w');
  if (weights === undefined) throw new Error('no weights');
  const length = weights.rawData.length;
  const entries = { location: data, offset: String(offset), length: String(length) };
  weights.rawData = new Uint8Array();
  weights.dataLocation = TensorProto_DataLocation.EXTERNAL;
  weights.externalData = Object.entries(entries).map(([key, value]) => ({
    $typeName: 'onnx.StringStringEntryProto',
    key,
    value,
  }));
  writeFileSync(at(name), toBinary(ModelProtoSchema, model));
  return at(name);
}

function toModel(graph: Graph): MessageShape<typeof ModelProtoSchema> {
  return fromBinary(ModelProtoSchema, writeModel(graph, Infinity).bytes);
}

beforeAll(() => {
  mkdirSync(at('outside'));
});

afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

describe('a bad model gives one clear sentence', () => {
  test('a file that does not exist', async () => {
    const { code, text } = await failureOf(at('missing.onnx'));
    expect(code).toBe('cannotRead');
    expect(text).toContain('there is no such file');
  });

  test('a text file', async () => {
    writeFileSync(at('text.onnx'), 'This is a shopping list: bread, butter, cheese.');
    expect((await failureOf(at('text.onnx'))).code).toBe('notOnnx');
  });

  test('an empty file', async () => {
    writeFileSync(at('empty.onnx'), '');
    expect((await failureOf(at('empty.onnx'))).code).toBe('notOnnx');
  });

  test('a model truncated at any byte', async () => {
    const { bytes } = writeModel(classifier(), Infinity);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
        writeFileSync(at('truncated.onnx'), bytes.subarray(0, length));
        const { code } = await failureOf(at('truncated.onnx'));
        expect(['truncatedModel', 'notOnnx', 'invalidModel', 'runtimeRefused', 'noImageInput']).toContain(
          code,
        );
      }),
      { numRuns: 60 },
    );
    writeFileSync(at('truncated.onnx'), bytes.subarray(0, Math.floor(bytes.length / 2)));
    expect((await failureOf(at('truncated.onnx'))).code).toBe('truncatedModel');
  });

  test('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          parseModel(bytes, 'random.onnx');
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('external data that is missing, outside, or too short', async () => {
    const missing = await failureOf(withExternalWeights('external.onnx', 'external.onnx.data'));
    expect(missing.code).toBe('externalDataMissing');
    expect(missing.text).toContain('external.onnx.data');

    for (const data of ['/etc/hostname', '../weights.bin', 'a/../../weights.bin', 'C:\\weights.bin'])
      expect((await failureOf(withExternalWeights('external.onnx', data))).code).toBe('externalDataOutside');

    symlinkSync('/etc/hostname', at('link.bin'));
    expect((await failureOf(withExternalWeights('external.onnx', 'link.bin'))).code).toBe(
      'externalDataOutside',
    );

    writeFileSync(at('short.bin'), new Uint8Array(10));
    expect((await failureOf(withExternalWeights('external.onnx', 'short.bin'))).code).toBe(
      'externalDataTooShort',
    );
  });

  test('a model without image input', async () => {
    const inputs = [{ name: 'tokens', dataType: DataType.INT64, shape: [1, 128] }];
    const graph = {
      ...graphOf([1, 16], [node('Gemm', ['x', 'fc'], ['y'])], { fc: constant(numbers([16, 4], 2)) }),
    };
    expect((await failureOf(save('text-model.onnx', { ...classifier(), inputs }))).text).toContain(
      'it takes tokens (int64 1 × 128)',
    );
    expect((await failureOf(save('features.onnx', graph))).code).toBe('noImageInput');
  });

  test('a model that puts out no logits', async () => {
    const nodes = [node('Conv', ['x', 'w'], ['y'])];
    const graph = graphOf([1, 3, 8, 8], nodes, { w: constant(numbers([5, 3, 3, 3], 1)) });
    expect((await failureOf(save('segmentation.onnx', graph))).code).toBe('noLogits');
  });

  test('a model without feature maps', async () => {
    const nodes = [node('Flatten', ['x'], ['f']), node('Gemm', ['f', 'fc'], ['logits'])];
    const graph = graphOf([1, 3, 4, 4], nodes, { fc: constant(numbers([48, 4], 2)) });
    expect((await failureOf(save('linear.onnx', graph))).code).toBe('noFeatureMap');
  });

  test('an operator that ONNX Runtime does not know', async () => {
    const graph = classifier();
    const nodes = graph.nodes.map((each) => (each.op === 'Relu' ? { ...each, op: 'Rectify' } : each));
    const { code, text } = await failureOf(save('unknown.onnx', { ...graph, nodes }));
    expect(code).toBe('runtimeRefused');
    expect(text).toContain('Rectify');
  });

  test('an opset from before broadcasting', async () => {
    const { code, text } = await failureOf(save('old.onnx', classifier({ opsets: new Map([['', 6]]) })));
    expect(code).toBe('invalidModel');
    expect(text).toContain('opset 6');
  });

  test('a constant of the wrong length', async () => {
    const graph = classifier();
    const short = { dataType: DataType.FLOAT, dims: [5, 4], bytes: new Uint8Array(8) };
    const initializers = new Map([...graph.initializers, ['fc', short] as const]);
    const { text } = await failureOf(save('length.onnx', { ...graph, initializers }));
    expect(text).toContain('constant fc has 8 bytes');
  });

  test('after all that a good model opens, and a wrong class or layer is named', async () => {
    const model = save('good.onnx', classifier());
    const info = await engine.open({ model, settings: {} }, call());
    expect(info.layers.map(({ tensor }) => tensor)).toEqual(['y', 'a']);
    writeFileSync(at('x.npy'), new Uint8Array());
    const request = {
      model,
      settings: {},
      method: 'relevance-cam',
      top: 3,
      target: null,
      layers: null,
    } as const;
    const source = { kind: 'image', path: at('text.onnx') } as const;
    const codeOf = async (change: object): Promise<string> =>
      engine.explain({ ...request, source, ...change }, call()).then(
        () => 'explained',
        (error: unknown) => (error instanceof EngineError ? error.failure.code : String(error)),
      );
    expect(await codeOf({})).toBe('notPicture');
    expect(await codeOf({ target: 4 })).toBe('unknownClass');
    expect(await codeOf({ layers: ['nowhere'] })).toBe('unknownLayer');
    expect(await codeOf({ source: { kind: 'array', path: at('x.npy') } })).toBe('notArray');
  });
});
