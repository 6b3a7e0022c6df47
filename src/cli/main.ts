#!/usr/bin/env node
import { reasonOf } from '../protocol/reasons.js';
import { FAILED, run } from './run.js';

/** Exit statuses of what is ended from outside, as shells number them: 128 and the signal. */
const ENDED = { SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const;

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    process.exitCode = ENDED[signal];
    interruption.abort();
  });

process.stdout.on('error', (error: Error) => {
  // Whoever reads the output has seen enough, as `head` has.
  if ('code' in error && error.code === 'EPIPE') {
    process.exitCode = ENDED.SIGPIPE;
  } else {
    process.exitCode = FAILED;
    process.stderr.write(`relevance-cam: Cannot write to standard output: ${reasonOf(error)}.\n`);
  }
});
// Nobody is there to be told.
process.stderr.on('error', () => undefined);

const terminal = {
  print: (text: string) => process.stdout.write(text),
  report: (text: string) => process.stderr.write(text),
  interactive: process.stderr.isTTY,
};
void run(process.argv.slice(2), terminal, interruption.signal).then((status) => {
  process.exitCode ??= status;
});
