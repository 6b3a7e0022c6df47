import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { runCommand } from './commandLine.mjs';
import { PICTURE, type Row, type Subject } from './subject.mjs';
import { compared, time } from './timing.mjs';

const PICTURES = 24;
const ROUNDS = 2;
const PARTS = [1, 2];

/** The command `evaluate` from its start to its end: its parts in two processes of one thread, against one of two threads. */
export async function sharding({ model, cacheFolder }: Subject): Promise<readonly Row[]> {
  const folder = path.join(cacheFolder, 'sharding');
  const pictures = path.join(folder, 'pictures');
  mkdirSync(pictures, { recursive: true });
  const samples = readdirSync(path.dirname(PICTURE));
  for (let index = 0; index < PICTURES; index++) {
    const sample = samples[index % samples.length] ?? '';
    copyFileSync(path.join(path.dirname(PICTURE), sample), path.join(pictures, `${index}-${sample}`));
  }
  const evaluate = (report: string, ...words: readonly string[]): Promise<void> => {
    const asked = ['--model', path.resolve(model), '--images', pictures, '--device', 'cpu'];
    const out = path.join(folder, `${report}.relcam.json`);
    return runCommand(['evaluate', ...asked, ...words, '--out', out], cacheFolder);
  };
  // The first pays for bundling the program, and for reading the model from the disk.
  await evaluate('first', '--limit', '1');
  const times: Record<'whole' | 'parts', number>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const whole = await time(() => evaluate(`whole-${round}`, '--threads', '2'));
    const parts = await time(() =>
      Promise.all(
        PARTS.map((part) =>
          evaluate(`part-${round}-${part}`, '--threads', '1', '--shard', `${part}/${PARTS.length}`),
        ),
      ),
    );
    times.push({ whole: whole.ms, parts: parts.ms });
  }
  return compared(
    times.map(({ whole }) => whole),
    times.map(({ parts }) => parts),
    {
      base: `evaluate ${PICTURES} pictures in a process of two threads`,
      other: `in ${PARTS.length} processes of one thread`,
    },
  );
}
