import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { threads } from '../../src/engine/runtime/threads.js';
import { bundled, bundledEngine, EngineProcess } from './engineProcess.mjs';
import { peakOf, processorTimeOf } from './processes.mjs';
import { open, UNWATCHED, type Row, type Subject } from './subject.mjs';
import { median, time } from './timing.mjs';

const PICTURE = path.join(import.meta.dirname, '../../media/sample/pictures/bird-cat-cup.png');
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
 * What a person waits for: fresh processes of the engine, from their start to the first explanation of all layers, in turns
 * with fresh processes of a plain program that makes a session and runs it once.
 */
export async function cold(subject: Subject): Promise<readonly Row[]> {
  // The kernel tells in /proc what a process has used.
  if (process.platform !== 'linux') return [];
  const engine = await bundledEngine(subject.cacheFolder);
  const program = await bundled('test/bench/plainProgram.mts', subject.cacheFolder);
  const model = await open(subject);
  const shape = model.facts.input.shape.join('x');
  await model.dispose();
  const starts: Readonly<Record<'plain' | 'first', Start[]>> = { plain: [], first: [] };
  const later: { readonly second: number; readonly third: number }[] = [];
  for (let start = 0; start < STARTS; start++) {
    starts.plain.push(await plainStart(program, subject, shape));
    const { first, ...others } = await engineStart(engine, subject);
    starts.first.push(first);
    later.push(others);
  }
  const [plain, first] = ['a plain program to its answer', 'the engine to the first explanation'];
  const row = (kind: keyof Start, unit: Row['unit'], of: string, scale = 1): readonly Row[] => {
    const [base, ours] = [starts.plain, starts.first].map((all) => median(all.map((each) => each[kind])));
    const baseName = `cold: ${plain}${of}`;
    return [
      { name: baseName, value: (base ?? NaN) / scale, unit },
      {
        ...{ name: `cold: ${first}${of}`, value: (ours ?? NaN) / scale, unit },
        ratio: { of: baseName, times: (ours ?? NaN) / (base ?? NaN) },
      },
    ];
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
): Promise<{ readonly first: Start; readonly second: number; readonly third: number }> {
  const source = { kind: 'image', path: PICTURE } as const;
  const usual = { method: 'relevance-cam', target: null, layers: null, top: 3 } as const;
  const started = performance.now();
  const engine = new EngineProcess(program, cacheFolder);
  const explain = async (): Promise<number> =>
    (
      await time(() =>
        engine.client.explain({ model: path.resolve(model), settings: {}, source, ...usual }, UNWATCHED),
      )
    ).ms;
  try {
    await explain();
    const first = {
      ms: performance.now() - started,
      processor: processorTimeOf(engine.pid),
      peak: engine.peak,
    };
    return { first, second: await explain(), third: await explain() };
  } finally {
    engine.dispose();
  }
}
