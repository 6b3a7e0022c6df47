import { afterAll, beforeAll, expect, test } from 'vitest';

import { soak } from '../../soak/soak.js';
import { EngineProgram } from './engineProgram.js';

let program: EngineProgram;
beforeAll(async () => {
  program = await EngineProgram.build();
});
afterAll(() => {
  program.remove();
});

test('an engine that is killed again and again loses nothing', { timeout: 900_000 }, async () => {
  const { wrong, left, right } = await soak({ program, kills: 12, seed: 1 });
  expect(wrong).toEqual([]);
  expect(left).toEqual([]);
  expect(right).toBeGreaterThan(0);
});
