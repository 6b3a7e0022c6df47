// Kills the engine's process again and again while it works. Usage: npm run soak -- [--kills 200] [--seed 1]
import { parseArgs } from 'node:util';

import { EngineProgram } from '../unit/engine/engineProgram.js';
import { soak } from './soak.js';
import { takeTurns } from './turns.js';

const ROUNDS = 10;
/** The longest that a user may look at nothing, in seconds. */
const SILENCE = 10;

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const program = await EngineProgram.build();
try {
  const turns = await takeTurns(program, ROUNDS);
  console.log('two large models in turn:', turns);
  const outcome = await soak({ program, kills: Number(values.kills), seed: Number(values.seed) });
  console.log(`${values.kills} kills:`, outcome);
  const isWell =
    turns.starts <= 2 * ROUNDS &&
    turns.silence <= SILENCE &&
    outcome.wrong.length === 0 &&
    outcome.left.length === 0;
  process.exitCode = isWell ? 0 : 1;
} finally {
  program.remove();
}
