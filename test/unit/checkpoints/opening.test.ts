import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { modelOf, openingOf } from '../../../src/checkpoints/opening.js';
import type { WatchedCheckpoint } from '../../../src/checkpoints/watch.js';

const CHECKPOINT: WatchedCheckpoint = {
  path: 'epoch_0003.pt',
  name: 'epoch_0003.pt',
  step: 3,
  files: ['epoch_0003.pt'],
  whole: true,
  state: 'whole',
  identity: 'first',
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relevance-cam-opening-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function referenceTaken(reference: string | null): string | null | undefined {
  const run = { kind: 'weights' as const, graphs: ['graph.onnx'], checkpoints: [CHECKPOINT] };
  const settingsOf = (): object => ({});
  return openingOf(CHECKPOINT, { folder, run, graph: null, reference, settingsOf })?.opening.weights
    ?.reference;
}

test('weights are understood by those that were kept when the graph was exported', () => {
  expect(referenceTaken(null)).toBeNull();
  writeFileSync(join(folder, 'graph.reference.pt'), '');
  expect(referenceTaken(null)).toBe(join(folder, 'graph.reference.pt'));
});

test('in a panel of its own a checkpoint is the graph with its weights, and not one of many', () => {
  const run = { kind: 'weights' as const, graphs: ['graph.onnx'], checkpoints: [CHECKPOINT] };
  const chosen = { graph: '/other.onnx', reference: null };
  const opened = openingOf(CHECKPOINT, { folder, run, ...chosen, settingsOf: () => ({}) });
  expect(opened && modelOf(opened)).toEqual({
    model: '/other.onnx',
    weights: { file: join(folder, 'epoch_0003.pt'), reference: null, candidates: [] },
  });
});

test('a reference that the user names goes first', () => {
  writeFileSync(join(folder, 'graph.reference.pt'), '');
  expect(referenceTaken('other.pt')).toBe('other.pt');
});
