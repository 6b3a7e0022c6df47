import { expect, test } from 'vitest';

import { CommandError } from '../../../src/cli/messages.js';
import { takeThreads } from '../../../src/cli/threads.js';

test.each([
  [['inspect', '--threads', '3', '--model', 'm'], 3],
  [['--threads=3', 'inspect', '--model', 'm'], 3],
  [['inspect', '--model', 'm'], null],
])('the number of threads is taken from %j', (words, threads) => {
  expect(takeThreads(words)).toEqual({ threads, rest: ['inspect', '--model', 'm'] });
});

test.each([[['--threads', '0']], [['--threads', '1.5']], [['--threads', 'all']], [['--threads']]])(
  '%j is refused',
  (words) => {
    expect(() => takeThreads(words)).toThrow(CommandError);
  },
);
