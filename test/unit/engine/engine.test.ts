import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { int64Tensor } from '../../../src/engine/onnx/tensor.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import type { Stage } from '../../../src/protocol/engineApi.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { call } from './calls.js';
import { constant, graphOf, node, numbers, run, type Values } from './graphs.js';
import { correlation } from './statistics.js';

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-engine-'));
const lines: string[] = [];
const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: (line) => lines.push(line) });

afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

const X = numbers([1, 3, 8, 8], 3);
const input = path.join(folder, 'x.npy');
writeFileSync(input, formatNpy({ shape: X.dims, values: Float32Array.from(X.data) }));

/** Conv → Relu → mean → Gemm, then what a model may have behind its logits. */
function classifier(classes: number, behind: readonly Node[] = []): Graph {
  const nodes = [
    node('Conv', ['x', 'w'], ['y']),
    node('Relu', ['y'], ['a']),
    node('GlobalAveragePool', ['a'], ['p']),
    node('Flatten', ['p'], ['f']),
    node('Gemm', ['f', 'fc'], ['logits']),
    ...behind,
  ];
  const shape = int64Tensor([1, classes, 1, 1]);
  const constants = { w: constant(numbers([6, 3, 3, 3], 1)), fc: constant(numbers([6, classes], 2)), shape };
  const { initializers, ...graph } = graphOf(X.dims, nodes, constants);
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  return { ...graph, initializers: new Map([...initializers].filter(([name]) => used.has(name))) };
}

function save(name: string, graph: Graph): string {
  const file = path.join(folder, name);
  writeFileSync(file, writeModel(graph, Infinity).bytes);
  return file;
}

function explain(model: string, target: number | null, signal?: AbortSignal): Promise<Explanation> {
  const source = { kind: 'array', path: input } as const;
  const request = {
    model,
    settings: {},
    method: 'relevance-cam',
    source,
    target,
    layers: null,
    top: 3,
  } as const;
  return engine.explain(request, call(signal));
}

const mapOf = ({ layers }: Explanation, tensor = 'a'): Float32Array =>
  layers.find((layer) => layer.tensor === tensor)?.map ?? new Float32Array();

const logitsOf = async (graph: Graph): Promise<Values['data']> =>
  (await run({ ...graph, outputs: [{ name: 'logits', dataType: 1, shape: null }] }, { x: X })).get('logits')
    ?.data ?? [];

describe('explanations', () => {
  test('predictions are the softmax of the model’s own logits, best first', async () => {
    const graph = classifier(4);
    const logits = await logitsOf(graph);
    const powers = logits.map(Math.exp);
    const total = powers.reduce((a, b) => a + b, 0);
    const explanation = await explain(save('four.onnx', graph), null);
    const best = explanation.predictions[0];
    expect(best?.logit).toBeCloseTo(Math.max(...logits), 4);
    expect(best?.probability).toBeCloseTo(Math.max(...powers) / total, 4);
    expect(explanation.target).toEqual(best);
    expect(explanation.predictions.map(({ probability }) => probability ?? NaN)).toEqual(
      explanation.predictions.map(({ probability }) => probability ?? NaN).toSorted((a, b) => b - a),
    );
  });

  test('predictions of one label carry the numbers of their classes', async () => {
    const model = save('labels.onnx', classifier(3));
    const source = { kind: 'array', path: input } as const;
    writeFileSync(path.join(folder, 'names.txt'), 'crane\ncup\ncrane\n');
    const asked = { model, settings: { labels: 'names.txt' }, source, target: 0 } as const;
    const request = { ...asked, method: 'relevance-cam', layers: null, top: 1 } as const;
    const { predictions, target } = await engine.explain(request, call());
    expect(predictions.map(({ label }) => label).toSorted()).toEqual(['crane #0', 'crane #2', 'cup']);
    expect(target.label).toBe('crane #0');
  });

  test('a final Softmax or reshape does not change the map', async () => {
    const plain = mapOf(await explain(save('plain.onnx', classifier(4)), 2));
    const tails: readonly (readonly Node[])[] = [
      [node('Softmax', ['logits'], ['out'])],
      [node('LogSoftmax', ['logits'], ['out'])],
      [node('Softmax', ['logits'], ['soft']), node('Identity', ['soft'], ['out'])],
      [node('Reshape', ['logits', 'shape'], ['out'])],
    ];
    for (const [index, tail] of tails.entries()) {
      const map = mapOf(await explain(save(`tail${index}.onnx`, classifier(4, tail)), 2));
      expect(correlation(map, plain), tail.map(({ op }) => op).join()).toBeGreaterThan(0.999999);
    }
  });

  test('one logit is two classes: the second map is the first one’s negative', async () => {
    const model = save('one.onnx', classifier(1));
    const [first, second] = [await explain(model, 0), await explain(model, 1)];
    expect(Array.from(mapOf(second))).toEqual(Array.from(mapOf(first), (value) => 0 - value));
    expect((first.target.probability ?? NaN) + (second.target.probability ?? NaN)).toBeCloseTo(1, 6);
    const predicted = await explain(model, null);
    expect(predicted.target.index).toBe(first.target.logit >= 0 ? 0 : 1);
  });

  test('weights give the map, and the top channels are the heaviest', async () => {
    const explanation = await explain(save('top.onnx', classifier(4)), 1);
    const layer = explanation.layers.find(({ tensor }) => tensor === 'a');
    expect(layer?.top.map(({ weight }) => weight)).toEqual(
      Array.from(layer?.weights ?? [])
        .toSorted((a, b) => b - a)
        .slice(0, 3),
    );
    const activation = (
      await run({ ...classifier(4), outputs: [{ name: 'a', dataType: 1, shape: null }] }, { x: X })
    ).get('a');
    const pixels = 36;
    for (const { channel, activation: shown } of layer?.top ?? [])
      expect(
        correlation(shown, activation?.data.slice(channel * pixels, (channel + 1) * pixels) ?? []),
      ).toBeGreaterThan(0.9999);
    const sum = Array.from({ length: pixels }, (_, pixel) =>
      (layer?.weights ?? new Float32Array()).reduce(
        (total, weight, channel) => total + weight * (activation?.data[channel * pixels + pixel] ?? 0),
        0,
      ),
    );
    expect(correlation(layer?.map ?? [], sum)).toBeGreaterThan(0.999999);
  });

  test('a model is opened once, and again after its file has changed', async () => {
    const model = save('cached.onnx', classifier(4));
    const opened = (): number => lines.filter((line) => line.startsWith(`opened ${model}`)).length;
    await explain(model, 0);
    await explain(model, 1);
    expect(opened()).toBe(1);
    utimesSync(model, new Date(), new Date(Date.now() + 5000));
    await explain(model, 1);
    expect(opened()).toBe(2);
  });

  test('a cancelled request ends as such, and the next one works', async () => {
    const model = save('cancelled.onnx', classifier(4));
    await expect(explain(model, 0, AbortSignal.abort())).rejects.toMatchObject({
      failure: { code: 'cancelled' },
    });
    expect((await explain(model, 0)).layers).toHaveLength(2);
  });

  test('progress names the stages in order', async () => {
    const stages: Stage[] = [];
    const watching = { signal: new AbortController().signal, progress: (stage: Stage) => stages.push(stage) };
    await engine.open({ model: save('watched.onnx', classifier(4)), settings: {} }, watching);
    expect(stages).toEqual(['read', 'simplify', 'compile']);
  });
});
