import { compiled, open, plainSession, type Row, type Subject } from './subject.mjs';
import { compared, time } from './timing.mjs';

/** Opening the model, till its layers are known and till it is compiled for all of them, against creating a plain session. */
export async function opening(subject: Subject): Promise<readonly Row[]> {
  const times: Readonly<Record<'plain' | 'open' | 'compiled', number[]>> = {
    plain: [],
    open: [],
    compiled: [],
  };
  // The first of each pays for loading the libraries.
  for (let index = 0; index < Math.min(subject.runs, 9); index++) {
    const created = await time(() => plainSession(subject));
    await created.result.release();
    const opened = await time(() => open(subject));
    await opened.result.dispose();
    const ready = await time(() => compiled(subject));
    await ready.result.dispose();
    if (index === 0) continue;
    times.plain.push(created.ms);
    times.open.push(opened.ms);
    times.compiled.push(ready.ms);
  }
  const base = 'plain session';
  return [
    ...compared(times.plain, times.open, { base, other: 'open the model' }),
    ...compared(times.plain, times.compiled, { base, other: 'open the model and compile all layers' }).slice(
      1,
    ),
  ];
}
