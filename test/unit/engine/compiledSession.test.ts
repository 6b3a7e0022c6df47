import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import type { FeatureMap } from '../../../src/engine/layers/grid.js';
import { compiledSession } from '../../../src/engine/model/compiledSession.js';
import { int64Tensor } from '../../../src/engine/onnx/tensor.js';
import type { Analysis } from '../../../src/engine/rules/analysis.js';
import { analysed, constant, graphOf, node, numbers } from './graphs.js';

const cacheFolder = mkdtempSync(join(tmpdir(), 'relevance-cam-compiled-'));
afterAll(() => {
  rmSync(cacheFolder, { recursive: true });
});

const GRAPH = graphOf(
  [1, 3, 6, 5],
  [
    node('Conv', ['x', 'w'], ['c']),
    node('Gather', ['c', 'order'], ['t'], { axis: { type: 'int', value: 3 } }),
    node('Conv', ['t', 'v'], ['d']),
    node('GlobalAveragePool', ['d'], ['p']),
    node('Flatten', ['p'], ['f']),
    node('MatMul', ['f', 'fc'], ['logits']),
  ],
  {
    w: constant(numbers([4, 3, 1, 1], 1)),
    v: constant(numbers([4, 4, 1, 1], 2)),
    fc: constant(numbers([4, 3], 3)),
    order: int64Tensor([4, 2, 0]),
  },
);

/** The rule of one node is given a wrong shape, so that what it adds makes no sense. */
function misled(analysis: Analysis, output: string): Analysis {
  const wrong = () => [1, 2, 3];
  return {
    ...analysis,
    context: (each, builder) => {
      const context = analysis.context(each, builder);
      return each.outputs.includes(output) ? { ...context, shape: wrong } : context;
    },
  };
}

test('a node of ours that ONNX Runtime refuses blocks the layers behind it, not the model', async () => {
  const analysis = await analysed(GRAPH);
  const map = (tensor: string): FeatureMap => {
    const [, channels = 0, height = 0, width = 0] = analysis.shape(tensor);
    return { tensor, layout: 'NCHW', channels, height, width, order: null };
  };
  const subject = {
    ...{
      analysis: misled(analysis, 't'),
      output: 'logits',
      rows: 'logits',
      logitCount: 3,
      classes: [0, 1, 2],
      isOrdered: true,
      ensemble: [],
      explainPixels: false,
      severalClasses: false,
      peaks: false,
    },
    ...{ layers: ['c', 't', 'd'].map(map), pixels: map('x') },
  };
  const making = { file: 'model.onnx', cacheFolder, shared: null, kept: null, told: () => undefined };
  const { session, compiled } = await compiledSession(subject, ['relevance-cam', 'grad-cam'], making);
  await session.dispose();
  for (const method of ['relevance-cam', 'grad-cam'] as const) {
    const found = compiled.methods.get(method);
    expect([...(found?.layers.keys() ?? [])]).toEqual(['t', 'd']);
    expect(found?.blocked.get('c')).toEqual({ op: 'Gather', node: 'node of t', reason: 'noRule' });
  }
});
