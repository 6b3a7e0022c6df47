// Evaluates with the fake engine, and says which pictures are done: FOLDER REPORT.
import { writeSync } from 'node:fs';
import { join } from 'node:path';

import { Evaluation } from '../../../../src/evaluation/disk/evaluation.js';
import { fileOf } from '../../../../src/evaluation/journal.js';
import { callOf, fakeInfo, fakeOrder, fakeWorld } from '../fakeEngine.js';

const [folder = '', report = ''] = process.argv.slice(2);
const model = join(folder, 'model.onnx');

async function main(): Promise<void> {
  const order = fakeOrder(model, join(folder, 'images'), join(folder, report));
  const evaluation = await Evaluation.plan(order, fakeInfo(model), fakeWorld());
  for await (const entry of evaluation.run(callOf(), () => undefined)) writeSync(1, `${fileOf(entry)}\n`);
  await evaluation.finish();
}

void main();
