import { expect, test } from 'vitest';

import { takeComputing } from '../../../src/cli/computing.js';
import { CommandError } from '../../../src/cli/messages.js';

const rest = ['inspect', '--model', 'm'];

test.each([
  [['inspect', '--threads', '3', '--model', 'm'], 3, 'auto'],
  [['--threads=3', 'inspect', '--model', 'm', '--device', 'GPU'], 3, 'gpu'],
  [['--device=cpu', 'inspect', '--model', 'm'], null, 'cpu'],
  [['inspect', '--model', 'm'], null, 'auto'],
])('threads and device are taken from %j', (words, threads, device) => {
  expect(takeComputing(words)).toEqual({ threads, device, rest });
});

test.each([
  [['--threads', '0']],
  [['--threads', '1.5']],
  [['--threads', 'all']],
  [['--threads']],
  [['--device', 'cuda']],
  [['--device=']],
  [['--device']],
])('%j is refused', (words) => {
  expect(() => takeComputing(words)).toThrow(CommandError);
});
