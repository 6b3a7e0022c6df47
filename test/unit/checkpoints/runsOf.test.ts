import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileEntry, Run } from '../../../src/checkpoints/run.js';
import { runsOf } from '../../../src/checkpoints/runsOf.js';

/** Files by their paths, each younger than the one before it, and each with a content of its own. */
function files(...paths: readonly string[]): FileEntry[] {
  return paths.map((path, i) => ({ path, size: 100, mtimeMs: i, node: String(i), digest: `of ${i}` }));
}

/** For each run its name, and the step and name of each checkpoint. */
function told(entries: readonly FileEntry[]): Record<string, (string | number | null)[][]> {
  return Object.fromEntries(
    runsOf(entries).map(({ name, checkpoints }) => [name, checkpoints.map((one) => [one.step, one.name])]),
  );
}

function only(entries: readonly FileEntry[]): Run {
  const [run, ...others] = runsOf(entries);
  if (run === undefined || others.length > 0) throw new Error(`${others.length + 1} runs`);
  return run;
}

test('the folders of the Hugging Face Trainer are checkpoints, what it needs to go on is none', () => {
  const state = ['optimizer.pt', 'scheduler.pt', 'rng_state.pth', 'scaler.pt', 'training_args.bin'];
  const kept = [...state, 'trainer_state.json', 'config.json', 'preprocessor_config.json'];
  const folder = (step: number): readonly string[] =>
    ['model.safetensors', ...kept].map((name) => `checkpoint-${step}/${name}`);
  expect(told(files('graph.onnx', ...folder(1000), ...folder(500)))).toEqual({
    '': [
      [500, 'checkpoint-500/model.safetensors'],
      [1000, 'checkpoint-1000/model.safetensors'],
    ],
  });
});

test('adapters of PEFT are no checkpoints beside whole ones, and a run by themselves', () => {
  const adapted = ['adapter_config.json', 'adapter_model.safetensors'].map(
    (name) => `checkpoint-500/${name}`,
  );
  expect(
    told(files('graph.onnx', 'checkpoint-500/model.safetensors', ...adapted, 'adapter_model.bin')),
  ).toEqual({
    '': [[500, 'checkpoint-500/model.safetensors']],
  });
  expect(
    told(files('graph.onnx', 'run/epoch_1.pth', 'run/epoch_2.pth', 'run/styles/adapter_model.safetensors')),
  ).toEqual({
    run: [
      [1, 'epoch_1.pth'],
      [2, 'epoch_2.pth'],
    ],
  });
  expect(told(files('graph.onnx', ...adapted))).toEqual({
    '': [[500, 'checkpoint-500/adapter_model.safetensors']],
  });
});

describe('folders of checkpoints as trainers leave them', () => {
  const steps = (name: string, ...given: readonly number[]): readonly (readonly [number, string])[] =>
    given.map((step) => [step, name.replace('#', String(step))]);
  const each = (names: readonly string[]): readonly string[] =>
    [500, 1000].flatMap((step) => names.map((name) => name.replaceAll('#', String(step))));

  test.each<[string, readonly string[], readonly (readonly [number, string])[]]>([
    [
      'Trainer with DeepSpeed',
      each([
        'checkpoint-#/model.safetensors',
        'checkpoint-#/rng_state_0.pth',
        'checkpoint-#/global_step#/mp_rank_00_model_states.pt',
        'checkpoint-#/global_step#/bf16_zero_pp_rank_0_mp_rank_00_optim_states.pt',
      ]),
      steps('checkpoint-#/model.safetensors', 500, 1000),
    ],
    [
      'Trainer in shards',
      each(['00001', '00002'].map((part) => `checkpoint-#/model-${part}-of-00002.safetensors`)).concat(
        each(['checkpoint-#/model.safetensors.index.json', 'checkpoint-#/optimizer.bin']),
      ),
      steps('checkpoint-#/model.safetensors.index.json', 500, 1000),
    ],
    [
      'Trainer of former versions, with the final state above',
      ['pytorch_model.bin', 'training_args.bin', ...each(['checkpoint-#/pytorch_model.bin'])],
      [...steps('checkpoint-#/pytorch_model.bin', 500, 1000), [1001, 'pytorch_model.bin']],
    ],
    [
      'Accelerate',
      each(
        ['model.safetensors', 'optimizer.bin', 'scheduler.bin', 'sampler.bin', 'dl_state_dict.bin'].map(
          (name) => `checkpoint_#/${name}`,
        ),
      ),
      steps('checkpoint_#/model.safetensors', 500, 1000),
    ],
    [
      'Trainer with FSDP',
      each(['checkpoint-#/pytorch_model_fsdp.bin', 'checkpoint-#/pytorch_model_fsdp_0/__0_0.distcp']),
      steps('checkpoint-#/pytorch_model_fsdp.bin', 500, 1000),
    ],
  ])('%s', (_, paths, expected) => {
    expect(told(files('graph.onnx', ...paths))).toEqual({ '': expected });
  });
});

describe('the step', () => {
  test.each<[string, readonly (readonly [string, number])[]]>([
    [
      'in natural order, steps missing',
      [
        ['epoch_2.onnx', 2],
        ['epoch_10.onnx', 10],
        ['epoch_100.onnx', 100],
      ],
    ],
    [
      'with zeros in front',
      [
        ['net-0009.pth', 9],
        ['net-0010.pth', 10],
      ],
    ],
    [
      'of Lightning',
      [
        ['epoch=2-val_loss=0.25.ckpt', 2],
        ['epoch=10-val_loss=0.125.ckpt', 10],
      ],
    ],
    [
      'beside a metric in whole numbers',
      [
        ['epoch=1-acc=91.ckpt', 1],
        ['epoch=2-acc=90.ckpt', 2],
      ],
    ],
    [
      'of several that run, the finer one',
      [
        ['epoch=0-step=100.ckpt', 100],
        ['epoch=0-step=200.ckpt', 200],
        ['epoch=1-step=300.ckpt', 300],
      ],
    ],
    [
      'not the number of the architecture',
      [
        ['resnet18_epoch_1.pth', 1],
        ['resnet18_epoch_3.pth', 3],
      ],
    ],
    ['where there is one file', [['resnet18_epoch_1.pth', 1]]],
    ['not the architecture where it is the only number', [['resnet18.onnx', 1]]],
    [
      'glued to letters where it runs',
      [
        ['net1.pt', 1],
        ['net2.pt', 2],
      ],
    ],
    [
      'behind its unit',
      [
        ['model_5epochs.pt', 5],
        ['model_10epochs.pt', 10],
      ],
    ],
    [
      'in exponents of learning rates there is none',
      [
        ['lr1e-3_epoch_4.pt', 4],
        ['lr1e-3_epoch_5.pt', 5],
      ],
    ],
    [
      'of timm',
      [
        ['checkpoint-9.pth.tar', 9],
        ['checkpoint-10.pth.tar', 10],
      ],
    ],
    [
      'under a version of Lightning',
      [
        ['epoch=1.ckpt', 1],
        ['epoch=2-v1.ckpt', 2],
      ],
    ],
    [
      'of numbers alone',
      [
        ['500.safetensors', 500],
        ['1000.safetensors', 1000],
      ],
    ],
  ])('%s', (_, expected) => {
    const run = only(files(...expected.map(([name]) => name).reverse()));
    expect(run.checkpoints.map(({ name, step }) => [name, step])).toEqual(expected);
  });

  test('is in the folder’s name', () => {
    expect(
      told(files('out/checkpoint-500/model.safetensors', 'out/checkpoint-60/model.safetensors')),
    ).toEqual({
      out: [
        [60, 'checkpoint-60/model.safetensors'],
        [500, 'checkpoint-500/model.safetensors'],
      ],
    });
  });

  test('is found whatever else is in the names', () => {
    const word = fc.stringMatching(/^[a-z]{2,6}\d{0,3}[a-z]{2}$/);
    const label = fc.constantFrom('epoch', 'step', 'iter', 'ckpt', 'checkpoint', 'ep', 'global_step');
    const between = fc.constantFrom('_', '-', '=', '');
    const ending = fc.constantFrom('.onnx', '.pth', '.pt', '.ckpt', '.safetensors', '.pth.tar', '.bin');
    fc.assert(
      fc.property(
        word,
        label,
        between,
        ending,
        fc.uniqueArray(fc.tuple(fc.nat(100_000), fc.double({ min: 0.001, max: 9, noNaN: true })), {
          minLength: 1,
          maxLength: 12,
          selector: ([step]) => step,
        }),
        (prefix, unit, glue, end, all) => {
          const paths = all.map(
            ([step, loss]) => `${prefix}_${unit}${glue}${step}-loss=${loss.toFixed(3)}${end}`,
          );
          const steps = only(files(...paths)).checkpoints.map(({ step }) => step);
          expect(steps).toEqual(all.map(([step]) => step).sort((a, b) => a - b));
        },
      ),
    );
  });
});

describe('the unit', () => {
  const unitOf = (...paths: readonly string[]): unknown => {
    const { unit, checkpoints } = only(files(...paths));
    return [unit, ...checkpoints.map(({ step }) => step)];
  };

  test('is what the names call it', () => {
    expect(unitOf('epoch_2.pt', 'epoch_7.pt')).toEqual(['epoch', 2, 7]);
    expect(unitOf('checkpoint-20/model.pt', 'checkpoint-3/model.pt')).toEqual(['step', 3, 20]);
  });

  test('is the place by time where the names say nothing, or say the same', () => {
    expect(unitOf('best.pt', 'a.pt')).toEqual(['place', 1, 2]);
    expect(only(files('best.pt', 'a.pt')).checkpoints.map(({ name }) => name)).toEqual(['best.pt', 'a.pt']);
    expect(unitOf('epoch_1-v1.pt', 'epoch_1.pt')).toEqual(['place', 1, 2]);
  });
});

describe('what is a checkpoint', () => {
  test('not the weights that were kept when the graph was exported', () => {
    const run = only(files('graph.onnx', 'graph.reference.pt', 'epoch_0000.pt', 'epoch_0001.pt'));
    expect(run.graphs).toEqual(['graph.onnx']);
    expect(run.checkpoints.map(({ step }) => step)).toEqual([0, 1]);
  });

  test('not what a trainer keeps beside it, nor what is being written', () => {
    const kept = ['optimizer.pt', 'scheduler.pt', 'rng_state.pth', 'rng_state_0.pth', 'training_args.bin'];
    expect(
      told(
        files(
          ...kept.map((name) => `checkpoint-2/${name}`),
          'checkpoint-2/model.safetensors',
          'checkpoint-2/config.json',
          'tmp.epoch_4.pth',
          'tmp-checkpoint-12/model.safetensors',
          '.epoch_5.pth',
          'epoch_5.pth.tmp',
          'checkpoint-10/model.safetensors',
        ),
      ),
    ).toEqual({
      '': [
        [2, 'checkpoint-2/model.safetensors'],
        [10, 'checkpoint-10/model.safetensors'],
      ],
    });
  });

  test('a copy or a link of another counts once', () => {
    const [first, second, last, best, other] = files(
      'epoch_1.ckpt',
      'epoch_2.ckpt',
      'last.ckpt',
      'best.ckpt',
      'swa.ckpt',
    );
    if (!first || !second || !last || !best || !other) throw new Error('unreachable');
    const entries = [first, second, { ...last, node: second.node }, { ...best, digest: first.digest }, other];
    expect(told(entries)).toEqual({
      '': [
        [1, 'epoch_1.ckpt'],
        [2, 'epoch_2.ckpt'],
        [3, 'swa.ckpt'],
      ],
    });
    // Two epochs that happen to be equal are two.
    expect(only([first, { ...second, digest: first.digest }]).checkpoints).toHaveLength(2);
    // Nobody looked into them: nothing is known.
    expect(
      only([
        { ...first, digest: null },
        { ...last, digest: null },
      ]).checkpoints,
    ).toHaveLength(2);
  });

  test('external data belong to their model', () => {
    const { kind, checkpoints } = only(
      files(
        'epoch_1.onnx',
        'epoch_1.onnx.data',
        'epoch_2.onnx',
        'epoch_2.onnx_data',
        'epoch_3.onnx',
        'epoch_3.bin',
        'x.npy',
      ),
    );
    expect(kind).toBe('graph');
    expect(checkpoints.map(({ files: all }) => all)).toEqual([
      ['epoch_1.onnx', 'epoch_1.onnx.data'],
      ['epoch_2.onnx', 'epoch_2.onnx_data'],
      ['epoch_3.onnx', 'epoch_3.bin'],
    ]);
  });

  test('shards are one, whole when all are there', () => {
    const shards = ['a/model-00001-of-00002.safetensors', 'a/model-00002-of-00002.safetensors'];
    const index = 'a/model.safetensors.index.json';
    const [one] = only(files(...shards, index)).checkpoints;
    expect(one).toEqual({
      path: index,
      name: 'model.safetensors.index.json',
      step: 1,
      files: [index, ...shards],
      whole: true,
    });
    expect(only(files(shards[0] ?? '', index)).checkpoints[0]?.whole).toBe(false);
    expect(runsOf(files(...shards))).toEqual([]);
  });
});

describe('runs', () => {
  test('one a folder', () => {
    expect(
      told(
        files('plain/epoch_1.onnx', 'augmented/epoch_1.onnx', 'augmented/version_2/checkpoints/epoch=1.ckpt'),
      ),
    ).toEqual({
      augmented: [[1, 'epoch_1.onnx']],
      'augmented/version_2/checkpoints': [[1, 'epoch=1.ckpt']],
      plain: [[1, 'epoch_1.onnx']],
    });
  });

  test('two networks in one folder are two; what has no step goes to the one it is called like', () => {
    expect(told(files('a_1.pth', 'a_2.pth', 'b_1.pth', 'b_2.pth', 'b_last.pth'))).toEqual({
      'a_#': [
        [1, 'a_1.pth'],
        [2, 'a_2.pth'],
      ],
      'b_#': [
        [1, 'b_1.pth'],
        [2, 'b_2.pth'],
        [3, 'b_last.pth'],
      ],
    });
  });

  test('the graph of weights lies beside them or above', () => {
    const beside = only(files('graph.onnx', 'epoch_1.pth', 'epoch_2.pth'));
    expect([beside.kind, beside.graphs]).toEqual(['weights', ['graph.onnx']]);
    const above = runsOf(files('net.onnx', 'a/checkpoints/1.pth', 'b/1.pth', 'b/own.onnx'));
    expect(above.map(({ name, graphs }) => [name, graphs])).toEqual([
      ['a/checkpoints', ['net.onnx']],
      ['b', ['b/own.onnx']],
    ]);
    expect(only(files('epoch_1.pth')).graphs).toEqual([]);
    // The graph that was exported from one of them does not take its place.
    expect(only(files('epoch_1.onnx', 'epoch_1.pth', 'epoch_2.pth')).checkpoints).toHaveLength(2);
  });

  test('files that somebody chose are one, wherever they lie', () => {
    const chosen = files('plain/best_1.onnx', 'augmented/best_1.onnx', 'augmented/last.onnx');
    const [run, ...others] = runsOf(chosen, { isMeant: () => true, together: true });
    expect(others).toEqual([]);
    expect(run?.checkpoints.map(({ step, name }) => [step, name])).toEqual([
      [1, 'augmented/best_1.onnx'],
      [2, 'plain/best_1.onnx'],
      [3, 'augmented/last.onnx'],
    ]);
  });

  test('a graph beside chosen weights is theirs, though nobody chose it', () => {
    const all = files('epoch_1.onnx', 'epoch_2.onnx', 'a.pth', 'b.pth', 'c.pth');
    const isMeant = (path: string): boolean => path === 'a.pth' || path === 'b.pth';
    for (const together of [true, false]) {
      const [run, ...others] = runsOf(all, { isMeant, together });
      expect(others).toEqual([]);
      expect(run?.checkpoints.map(({ name }) => name)).toEqual(['a.pth', 'b.pth']);
      expect(run?.graphs).toEqual(['epoch_1.onnx', 'epoch_2.onnx']);
    }
  });

  test('a graph that was chosen along with weights goes before others', () => {
    const isMeant = (path: string): boolean => path !== 'a.onnx';
    const all = files('a.onnx', 'b.onnx', '1.pth', '2.pth');
    expect(runsOf(all, { isMeant, together: true }).map(({ graphs }) => graphs)).toEqual([['b.onnx']]);
  });

  test('a few weights beside many models are none', () => {
    const { kind, checkpoints } = only(files('epoch_1.onnx', 'epoch_2.onnx', 'best.pt'));
    expect([kind, checkpoints.length]).toEqual(['graph', 2]);
  });

  test('do not depend on the order in which files are listed', () => {
    const path = fc
      .tuple(
        fc.constantFrom('', 'a/', 'a/checkpoint-3/', 'b/', '7/'),
        fc.constantFrom('epoch_', 'net-', 'last', 'resnet50_', 'graph'),
        fc.constantFrom('', '1', '2', '10', '3-loss=0.5'),
        fc.constantFrom('.onnx', '.pth', '.safetensors', '.onnx.data', '.txt'),
      )
      .map((parts) => parts.join(''));
    const listing = fc.uniqueArray(path, { maxLength: 30 }).map((paths) => files(...paths));
    const shuffled = listing.chain((entries) =>
      fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
    );
    fc.assert(
      fc.property(shuffled, ([entries, others]) => {
        expect(runsOf(others)).toEqual(runsOf(entries));
        const named = runsOf(entries).flatMap(({ checkpoints }) => checkpoints.flatMap((one) => one.files));
        expect(new Set(named).size).toBe(named.length);
      }),
    );
  });
});
