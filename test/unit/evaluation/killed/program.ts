// Evaluates with the fake engine, and says which pictures are done: FOLDER REPORT MOST. Having said MOST it waits to be killed.
import { writeSync } from 'node:fs';
import { join } from 'node:path';

import { Evaluation } from '../../../../src/evaluation/disk/evaluation.js';
import { fileOf } from '../../../../src/evaluation/journal.js';
import { callOf, fakeInfo, fakeOrder, fakeWorld } from '../fakeEngine.js';

const [folder = '', report = '', most = ''] = process.argv.slice(2);
const model = join(folder, 'model.onnx');

async function main(): Promise<void> {
  const order = fakeOrder(model, join(folder, 'images'), join(folder, report));
  const evaluation = await Evaluation.plan(order, fakeInfo(model), fakeWorld());
  let said = 0;
  for await (const entry of evaluation.run(callOf(), () => undefined)) {
    writeSync(1, `${fileOf(entry)}\n`);
    said++;
    if (said >= Number(most)) await forever();
  }
  await evaluation.finish();
}

function forever(): Promise<never> {
  setInterval(() => undefined, 1000);
  return new Promise(() => undefined);
}

void main();
