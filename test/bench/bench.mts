// npm run bench -- --model M [--runs 30] [--json FILE]
// Ratios against a plain forward pass and a plain session, and of checkpoints against opening their graph, in one process;
// medians over interleaved runs. Memory is that of the engine's own process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { evaluating } from './evaluating.mjs';
import { exchanging } from './exchanging.mjs';
import { explaining } from './explaining.mjs';
import { memory } from './memory.mjs';
import { opening } from './opening.mjs';
import { scoring } from './scoring.mjs';
import type { Row, Subject } from './subject.mjs';
import { training } from './training.mjs';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    runs: { type: 'string', default: '30' },
    json: { type: 'string' },
  },
});
if (values.model === undefined) throw new Error('Name a model: npm run bench -- --model model.onnx');
const cacheFolder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-bench-'));
const subject: Subject = { model: values.model, runs: Number(values.runs), cacheFolder };

const MEASUREMENTS: readonly ((subject: Subject) => Promise<readonly Row[]>)[] = [
  opening,
  explaining,
  scoring,
  evaluating,
  memory,
  exchanging,
  training,
];

const rows: Row[] = [];
for (const measure of MEASUREMENTS) rows.push(...(await measure(subject)));
rmSync(cacheFolder, { recursive: true });

console.table(
  Object.fromEntries(
    rows.map(({ name, value, unit, ratio }) => [
      name,
      {
        value: `${value.toFixed(unit === 'ms' ? 1 : 0)} ${unit}`,
        ratio: ratio === undefined ? '' : `${ratio.times.toFixed(2)} × ${ratio.of}`,
      },
    ]),
  ),
);
const json = JSON.stringify({ model: path.basename(subject.model), rows }, null, 2);
if (values.json === undefined) console.log(json);
else writeFileSync(values.json, `${json}\n`);
