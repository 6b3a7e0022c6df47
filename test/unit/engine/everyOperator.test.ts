// Every operator of README's table, the whole way that a user's file goes: read, simplified, compiled, run.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import type { Graph } from '../../../src/engine/onnx/graph.js';
import { DataType, floatTensor } from '../../../src/engine/onnx/tensor.js';
import { OPSET } from '../../../src/engine/prepare/upgrade.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import { call } from './calls.js';
import { USES, type Use } from './everyOperator.js';
import { constant, graphOf, node, numbers } from './graphs.js';

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-operators-'));
const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });
const input = path.join(folder, 'x.npy');
writeFileSync(
  input,
  formatNpy({ shape: [1, 3, 6, 6], values: Float32Array.from(numbers([1, 3, 6, 6], 5).data) }),
);

afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

test('the cases are those of the table', () => {
  expect(Object.keys(USES).sort()).toEqual([...operatorsOfReadme()].sort());
});

const cases = Object.entries(USES).flatMap(([op, uses]) => uses.map((use) => ({ op, ...use })));

test.each(cases)('$op', async ({ op, ...use }) => {
  const model = path.join(folder, `${op}.onnx`);
  writeFileSync(model, writeModel(network(use), Infinity).bytes);
  const settings = {};
  const { operators, layers: known } = await engine.open({ model, settings }, call());
  expect(operators.find((each) => each.op === op)).toMatchObject({ covered: true });
  expect(known.find(({ tensor }) => tensor === 'a')?.blockedBy).toBeNull();

  const source = { kind: 'array', path: input } as const;
  const request = { model, settings, source, target: 1, layers: null, top: 1 } as const;
  const explained = await engine.explain({ ...request, method: 'lrp' }, call());
  const layers = new Map(explained.layers.map((layer) => [layer.tensor, layer]));
  // Weights above the operator are positive: nothing is lost, whatever the operator.
  const [a, b] = [layers.get('a'), layers.get('b')];
  expect(a?.map.every(Number.isFinite)).toBe(true);
  expect((a?.relevanceSum ?? 0) + (b?.relevanceSum ?? 0)).toBeCloseTo(1, 4);
  if (use.unchanged === true) expect(a?.map).toEqual(layers.get('y')?.map);
});

test('what is wrong with an operator that has no kernel is said of itself', async () => {
  const model = path.join(folder, 'wrong.onnx');
  const wrong = { nodes: [node('GroupNormalization', ['a'], ['y'])], opset: 21 };
  writeFileSync(model, writeModel(network(wrong), Infinity).bytes);
  await expect(engine.open({ model, settings: {} }, call())).rejects.toMatchObject({
    failure: { code: 'refusedNode', parameters: { op: 'GroupNormalization', node: 'node of y' } },
  });
});

/** A classifier with the operator between its first feature maps and the rest. */
function network({ nodes, constants = {}, channels = 4, opset = OPSET, positive, kept }: Use): Graph {
  const feature = (name: string) => [
    node('Conv', ['x', `${name}/w`], [positive ? `${name}/c` : name]),
    ...(positive
      ? [node('Relu', [`${name}/c`], [`${name}/r`]), node('Add', [`${name}/r`, 'above'], [name])]
      : []),
  ];
  const body = [
    ...feature('a'),
    ...(nodes.some(({ inputs }) => inputs.includes('b')) ? feature('b') : []),
    ...nodes,
    node('Conv', ['y', 'last'], ['z']),
    node('Relu', ['z'], ['r']),
    node('GlobalAveragePool', ['r'], ['pooled']),
    node('Flatten', ['pooled'], ['flat']),
    node('Gemm', ['flat', 'fc'], ['logits']),
  ];
  const graph = graphOf(
    [1, 3, 6, 6],
    body,
    {
      'a/w': constant(numbers([4, 3, 1, 1], 1)),
      'b/w': constant(numbers([4, 3, 1, 1], 2)),
      above: floatTensor([1.1], []),
      last: constant(numbers([5, channels, 1, 1], 3, 0.1, 1)),
      fc: constant(numbers([5, 3], 4, 0.1, 1)),
      ...constants,
    },
    opset,
  );
  const outputs = kept ? ['a', 'y'] : [];
  const infos = outputs.map((name) => ({ name, dataType: DataType.FLOAT, shape: null }));
  return { ...graph, outputs: [...infos, ...graph.outputs] };
}

function operatorsOfReadme(): ReadonlySet<string> {
  const readme = readFileSync(path.resolve(import.meta.dirname, '../../../README.md'), 'utf8');
  const [, from = ''] = readme.split('\n## Operators\n');
  const rows = (from.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
  const cells = rows.slice(2).map((row) => row.split('|')[2] ?? '');
  return new Set(cells.flatMap((cell) => cell.match(/\b[A-Z][A-Za-z0-9]+\b/g) ?? []));
}
