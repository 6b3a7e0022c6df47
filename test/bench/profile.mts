import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import * as v from 'valibot';

import { compile, TOP } from '../../src/engine/compile/explanationGraph.js';
import { HIGH, LOW } from '../../src/engine/compile/pixelRange.js';
import { subjectOf } from '../../src/engine/model/explainer.js';
import { createSession } from '../../src/engine/runtime/session.js';
import { anyInput, anyRange, open, type Row, type Subject } from './subject.mjs';

const PURPOSE = { methods: ['relevance-cam'], layers: null } as const;
const DEAREST = 10;
/** Between the runtime's blocked layout and the plain one. */
const COPIES = ['ReorderInput', 'ReorderOutput'];

const EVENTS = v.array(
  v.object({
    name: v.optional(v.string()),
    dur: v.optional(v.number()),
    args: v.optional(v.object({ op_name: v.optional(v.string()) })),
  }),
);

/** Where a run that explains all layers spends its time: the layout copies, and the ten dearest types of operators. */
export async function profile(subject: Subject): Promise<readonly Row[]> {
  const model = await open(subject);
  const { model: prepared } = await model.prepared();
  const { input } = model.facts;
  const { graph, targets } = compile(
    { ...subjectOf(prepared, PURPOSE), refused: new Set() },
    PURPOSE.methods,
  );
  const folder = path.join(subject.cacheFolder, 'profile');
  mkdirSync(folder, { recursive: true });
  const session = await createSession(graph, subject.model, {
    enableProfiling: true,
    profileFilePrefix: path.join(folder, path.basename(subject.model)),
  });
  const { low, high } = anyRange(model);
  const bounds = { [LOW]: low, [HIGH]: high };
  const shapes = new Map(graph.inputs.map(({ name, shape }) => [name, shape?.map(Number) ?? []]));
  const feeds = {
    [input.name]: new ort.Tensor('float32', anyInput(model), input.shape),
    [targets]: new ort.Tensor('int64', [-1n], [1]),
    [TOP]: new ort.Tensor('int64', [3n], [1]),
    ...Object.fromEntries(
      Object.entries(bounds).flatMap(([name, values]) =>
        shapes.has(name) ? [[name, new ort.Tensor('float32', values, shapes.get(name))]] : [],
      ),
    ),
  };
  for (let run = 0; run < subject.runs; run++) await session.run(feeds);
  // Writes the profile.
  await session.dispose();
  await model.dispose();

  const [file = ''] = readdirSync(folder);
  const events = v.parse(EVENTS, JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
  const taken = new Map<string, { readonly ms: number; readonly count: number }>();
  for (const { name = '', dur = 0, args } of events) {
    if (!name.endsWith('_kernel_time') || args?.op_name === undefined) continue;
    const { ms, count } = taken.get(args.op_name) ?? { ms: 0, count: 0 };
    taken.set(args.op_name, { ms: ms + dur / 1000 / subject.runs, count: count + 1 / subject.runs });
  }
  const whole = 'all kernels of a run that explains all layers';
  const total = [...taken.values()].reduce((sum, { ms }) => sum + ms, 0);
  const dearest = [...taken].toSorted(([, a], [, b]) => b.ms - a.ms).slice(0, DEAREST);
  const others = COPIES.filter((op) => dearest.every(([name]) => name !== op));
  const all = [...dearest, ...others.map((op) => [op, taken.get(op) ?? { ms: 0, count: 0 }] as const)];
  return [
    { name: whole, value: total, unit: 'ms' },
    ...all.map(([op, { ms, count }]): Row => ({
      ...{ name: `of these ${op}`, value: ms, unit: 'ms', count: Math.round(count) },
      ratio: { of: whole, times: ms / total },
    })),
  ];
}
