import { KeptGraphs } from '../../src/engine/runtime/keptGraphs.js';
import { compiled, open, plainSession, type Row, type Subject } from './subject.mjs';
import { compared, time } from './timing.mjs';

/**
 * Opening the model, till its layers are known and till it is compiled for all of them, also from what was kept of that, against
 * creating a plain session.
 */
export async function opening(subject: Subject): Promise<readonly Row[]> {
  const times: Readonly<Record<'plain' | 'open' | 'compiled' | 'again', number[]>> = {
    plain: [],
    open: [],
    compiled: [],
    again: [],
  };
  const kept = new KeptGraphs(subject.cacheFolder);
  // The first of each pays for loading the libraries.
  for (let index = 0; index < Math.min(subject.runs, 9); index++) {
    const created = await time(() => plainSession(subject));
    await created.result.release();
    const opened = await time(() => open(subject));
    await opened.result.dispose();
    const ready = await time(() => compiled(subject));
    await ready.result.dispose();
    const again = await time(() => compiled(subject, kept));
    await again.result.dispose();
    if (index === 0) continue;
    times.plain.push(created.ms);
    times.open.push(opened.ms);
    times.compiled.push(ready.ms);
    times.again.push(again.ms);
  }
  const base = 'plain session';
  const compiling = 'open the model and compile all layers';
  return [
    ...compared(times.plain, times.open, { base, other: 'open the model' }),
    ...compared(times.plain, times.compiled, { base, other: compiling }).slice(1),
    ...compared(times.plain, times.again, { base, other: `${compiling}, kept before` }).slice(1),
  ];
}
