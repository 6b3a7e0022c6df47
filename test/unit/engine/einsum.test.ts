// Equations of Einsum in every form, against the same written out in letters.
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';

import { text } from '../../../src/engine/onnx/graph.js';
import { plainEinsum } from '../../../src/engine/prepare/canonise/plainEinsum.js';
import { findShapes } from '../../../src/engine/prepare/shapes.js';
import { constant, graphOf, node, numbers, run } from './graphs.js';
import { expectClose } from './rules/check.js';

const X = numbers([1, 2, 3, 4], 1);

async function plain(equation: string, ...weights: readonly (readonly number[])[]) {
  const constants = Object.fromEntries(
    weights.map((dims, index) => [`w${index}`, constant(numbers(dims, index + 2))]),
  );
  const attributes = { equation: { type: 'string', value: equation } } as const;
  const given = graphOf(
    X.dims,
    [node('Einsum', ['x', ...Object.keys(constants)], ['y'], attributes)],
    constants,
  );
  const shapes = await findShapes(given, 'test graph', tmpdir());
  const written = plainEinsum({ graph: given, image: 'x', shapes });
  const [found, expected] = [await run(written.graph, { x: X }), await run(given, { x: X })].map((all) =>
    all.get('y'),
  );
  if (found === undefined || expected === undefined) throw new Error('no output');
  expectClose(found, expected, 1e-6);
  for (const { outputs } of written.graph.nodes) expect(written.shapes.has(outputs[0] ?? '')).toBe(true);
  return written.graph.nodes.map((each) => [each.op, text(each, 'equation', '')].filter(Boolean).join(' '));
}

test.each<[string, readonly (readonly number[])[], readonly string[]]>([
  ['nchw,cd->ndhw', [[2, 5]], ['Einsum nchw,cd->ndhw']],
  ['...w,wk->...k', [[4, 5]], ['Einsum abcw,wk->abck']],
  ['... w , w k -> ... k', [[4, 5]], ['Einsum abcw,wk->abck']],
  ['...hw,...wk->...hk', [[1, 2, 4, 5]], ['Einsum abhw,abwk->abhk']],
  ['nchw,dc', [[5, 2]], ['Einsum nchw,dc->dhnw']],
  ['...w,kw', [[5, 4]], ['Einsum abcw,kw->abck']],
  ['nchw,cd->nd', [[2, 5]], ['ReduceSum', 'Einsum nc,cd->nd']],
  ['nchw->nhwc', [], ['Transpose']],
  ['nchw->cn', [], ['ReduceSum', 'Transpose']],
  [
    'nchw,cd,de->nehw',
    [
      [2, 5],
      [5, 3],
    ],
    ['Einsum nchw,cd,de->nehw'],
  ],
])('%s', async (equation, weights, expected) => {
  expect(await plain(equation, ...weights)).toEqual(expected);
});

test('a letter repeated in an operand stays as it is', async () => {
  expect(await plain('nchw,cc->nchw', [2, 2])).toEqual(['Einsum nchw,cc->nchw']);
});
