import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GraphChoice } from '../../../../src/checkpoints/opening.js';
import { Runs } from '../../../../src/extension/checkpoints/runs.js';

let runs: Runs;
let remembered: Readonly<Record<string, GraphChoice>>;

beforeEach(() => {
  remembered = {};
  const file = { path: 'epoch_1.onnx', size: 1, mtimeMs: 0, node: '1' };
  runs = new Runs({
    files: { list: () => Promise.resolve([file]), digest: () => Promise.resolve(null) },
    clock: { now: () => 1_000_000, after: () => () => undefined },
    remembered: [],
    remember: () => undefined,
    chosen: {},
    rememberChosen: (chosen) => {
      remembered = chosen;
    },
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

test('what a run is put into is remembered until the run is removed', async () => {
  const [one] = await runs.add({ folder: '/runs', files: null });
  const [other] = await runs.add({ folder: '/others', files: null });
  const [id, otherId] = [one?.id ?? '', other?.id ?? ''];
  runs.choose(id, { graph: '/graph.onnx' });
  runs.choose(id, { reference: '/epoch_0.pth' });
  runs.choose(otherId, { reference: '/kept.pth' });
  const chosen = { graph: '/graph.onnx', reference: '/epoch_0.pth' };
  expect(runs.find(id)?.chosen).toEqual(chosen);
  runs.choose(otherId, { reference: null });
  const nothing = { graph: null, reference: null };
  expect(remembered).toEqual({ [id]: chosen, [otherId]: nothing });
  runs.remove({ folder: '/runs', files: null });
  expect(remembered).toEqual({ [otherId]: nothing });
});
