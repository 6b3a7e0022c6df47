import { expect, it } from 'vitest';

import { Gate } from '../../../../src/extension/evaluation/gate.js';

it('lets through while it is open, and all who wait when it opens', async () => {
  const gate = new Gate(true);
  await gate.passed();
  gate.close();
  const through: number[] = [];
  const waiting = [1, 2].map((one) => gate.passed().then(() => through.push(one)));
  await new Promise(setImmediate);
  expect(through).toEqual([]);
  gate.open();
  await Promise.all(waiting);
  expect(through).toEqual([1, 2]);
  expect(gate.isOpen).toBe(true);
});
