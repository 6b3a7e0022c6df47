import { afterEach, beforeEach, expect, test } from 'vitest';
import { Runs } from '../../../../src/extension/checkpoints/runs.js';

let runs: Runs;

beforeEach(() => {
  const file = { path: 'epoch_1.onnx', size: 1, mtimeMs: 0, node: '1' };
  runs = new Runs({
    files: { list: () => Promise.resolve([file]), digest: () => Promise.resolve(null) },
    clock: { now: () => 1_000_000, after: () => () => undefined },
    remembered: [],
    remember: () => undefined,
    watchFolder: () => ({ dispose: () => undefined }),
  });
});

afterEach(() => {
  runs.dispose();
});

test.each([null, ['epoch_1.onnx'], 'epoch_*.onnx'])(
  'a run is found again by its id: files %s',
  async (files) => {
    const source = { folder: '/runs', files };
    const [run] = await runs.add(source);
    const id = run?.id ?? '';
    runs.remove(source);
    expect(runs.find(id)).toBeUndefined();
    await runs.restore([id]);
    expect(runs.find(id)?.watch.source).toEqual(source);
  },
);

test.each(['', 'null', '[]', '["/runs",2,"a"]', '[1,null,"a"]', '["/runs",[1],"a"]'])(
  '%s is no id',
  async (id) => {
    await runs.restore([id]);
    expect(runs.all).toEqual([]);
  },
);
