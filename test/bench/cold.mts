import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { threads } from '../../src/engine/runtime/threads.js';
import { bundled, bundledEngine, EngineProcess } from './engineProcess.mjs';
import { peakOf, processorTimeOf } from './processes.mjs';
import { anyPicture, open, UNWATCHED, type Row, type Subject } from './subject.mjs';
import { median, time } from './timing.mjs';

const STARTS = 7;
const MIB = 2 ** 20;

interface Start {
  readonly ms: number;
  /** Of all its threads, in the program and in the system. */
  readonly processor: number;
  /** In bytes. */
  readonly peak: number;
}

/**
 * What a person waits for: fresh processes of the engine, from their start to the first explanation, as the panel asks for
 * it: of the layer that it shows, then of all; in turns with fresh processes of a plain program that makes a session and
 * runs it once.
 */
export async function cold(subject: Subject): Promise<readonly Row[]> {
  // The kernel tells in /proc what a process has used.
  if (process.platform !== 'linux') return [];
  const engine = await bundledEngine(subject.cacheFolder);
  const program = await bundled('test/bench/plainProgram.mts', subject.cacheFolder);
  const model = await open(subject);
  const { input, layers } = model.facts;
  const shape = input.shape.join('x');
  const shown = layers.findLast(({ blockedBy }) => blockedBy === null)?.tensor;
  await model.dispose();
  const starts: Readonly<Record<'plain' | 'shown' | 'all', Start[]>> = { plain: [], shown: [], all: [] };
  const later: { readonly second: number; readonly third: number }[] = [];
  for (let start = 0; start < STARTS; start++) {
    starts.plain.push(await plainStart(program, subject, shape));
    const { all, ...others } = await engineStart(engine, subject, shown);
    starts.shown.push(others.shown ?? all);
    starts.all.push(all);
    later.push(others);
  }
  const names = {
    shown: 'the engine to the map of the layer shown',
    all: 'the engine to the maps of all layers',
  };
  const row = (kind: keyof Start, unit: Row['unit'], of: string, scale = 1): readonly Row[] => {
    const value = (who: keyof typeof starts): number => median(starts[who].map((each) => each[kind])) / scale;
    const base = { name: `cold: a plain program to its answer${of}`, value: value('plain'), unit };
    const ours = (who: keyof typeof names): Row => ({
      ...{ name: `cold: ${names[who]}${of}`, value: value(who), unit },
      ratio: { of: base.name, times: value(who) / base.value },
    });
    return [base, ours('shown'), ours('all')];
  };
  const [second, third] = ['cold: the second picture', 'cold: the third picture'];
  const ms = {
    second: median(later.map((each) => each.second)),
    third: median(later.map((each) => each.third)),
  };
  return [
    ...row('ms', 'ms', ''),
    ...row('processor', 'ms', ', processor time'),
    ...row('peak', 'MiB', ', peak memory', MIB),
    { name: third, value: ms.third, unit: 'ms' },
    { name: second, value: ms.second, unit: 'ms', ratio: { of: third, times: ms.second / ms.third } },
  ];
}

interface EngineStart {
  /** Null where there is nothing to show before all. */
  readonly shown: Start | null;
  readonly all: Start;
  readonly second: number;
  readonly third: number;
}

async function plainStart(program: string, { model }: Subject, shape: string): Promise<Start> {
  const started = performance.now();
  const child = fork(program, [path.resolve(model), shape, String(threads())], { execArgv: [] });
  await once(child, 'message');
  const ms = performance.now() - started;
  const measured = { ms, processor: processorTimeOf(child.pid), peak: peakOf(child.pid) };
  child.send('leave');
  await once(child, 'exit');
  return measured;
}

async function engineStart(
  program: string,
  { model, cacheFolder }: Subject,
  first: string | undefined,
): Promise<EngineStart> {
  const started = performance.now();
  const engine = new EngineProcess(program, cacheFolder);
  const measured = (): Start => ({
    ms: performance.now() - started,
    processor: processorTimeOf(engine.pid),
    peak: engine.peak,
  });
  let shown: Start | null = null;
  const partial = (): void => {
    shown = measured();
  };
  const asked = { ...anyPicture(model), ...(first !== undefined && { first }) };
  const explain = async (): Promise<number> =>
    (await time(() => engine.client.explain(asked, { ...UNWATCHED, partial }))).ms;
  try {
    await explain();
    return { shown, all: measured(), second: await explain(), third: await explain() };
  } finally {
    engine.dispose();
  }
}
