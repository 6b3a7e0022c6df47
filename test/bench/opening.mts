import { open, plainSession, type Row, type Subject } from './subject.mjs';
import { compared, time } from './timing.mjs';

/** Opening the model against creating a plain session. */
export async function opening(subject: Subject): Promise<readonly Row[]> {
  const plainTimes: number[] = [];
  const openTimes: number[] = [];
  // The first of each pays for loading the libraries.
  for (let index = 0; index < Math.min(subject.runs, 9); index++) {
    const created = await time(() => plainSession(subject));
    await created.result.release();
    const opened = await time(() => open(subject));
    await opened.result.dispose();
    if (index === 0) continue;
    plainTimes.push(created.ms);
    openTimes.push(opened.ms);
  }
  return compared(plainTimes, openTimes, { base: 'plain session', other: 'open the model' });
}
