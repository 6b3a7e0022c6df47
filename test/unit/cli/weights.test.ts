import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { weightsOf } from '../../../src/cli/weights.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relevance-cam-weights-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('the weights that a graph was exported with are found beside it, unless others are named', () => {
  const model = join(folder, 'graph.onnx');
  const kept = join(folder, 'graph.reference.pt');
  const file = join(folder, 'epoch_0001.pt');
  const taken = (reference: string | null): unknown => weightsOf({ model, weights: { file, reference } });
  expect(taken(null)).toEqual({ weights: { file, reference: null } });
  writeFileSync(kept, '');
  expect(taken(null)).toEqual({ weights: { file, reference: kept } });
  const other = join(folder, 'other.pt');
  expect(taken(other)).toEqual({ weights: { file, reference: other } });
});
