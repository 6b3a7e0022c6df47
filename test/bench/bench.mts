// npm run bench -- --model M [--model M …] [--only MEASUREMENT …] [--runs 30] [--json FILE] [--compare OLD.json]
// Ratios against a plain forward pass and a plain session of as many threads, and of checkpoints against opening their graph, in
// one process; medians over interleaved runs. Fresh processes against a plain program's. Memory is that of the engine's own process.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { threads } from '../../src/engine/runtime/threads.js';
import { cold } from './cold.mjs';
import { evaluating } from './evaluating.mjs';
import { exchanging } from './exchanging.mjs';
import { explaining } from './explaining.mjs';
import { memory } from './memory.mjs';
import { opening } from './opening.mjs';
import { profile } from './profile.mjs';
import { print, printCompared, readResult, type Result } from './result.mjs';
import { scoring } from './scoring.mjs';
import { sharding } from './sharding.mjs';
import type { Row, Subject } from './subject.mjs';
import { training } from './training.mjs';
import { watching } from './watching.mjs';

const MEASUREMENTS: Readonly<Record<string, (subject: Subject) => Promise<readonly Row[]>>> = {
  opening,
  cold,
  explaining,
  profile,
  scoring,
  evaluating,
  sharding,
  memory,
  exchanging,
  training,
  watching,
};

const { values } = parseArgs({
  options: {
    model: { type: 'string', multiple: true },
    only: { type: 'string', multiple: true, default: Object.keys(MEASUREMENTS) },
    runs: { type: 'string', default: '30' },
    json: { type: 'string' },
    compare: { type: 'string' },
  },
});
if (values.model === undefined) throw new Error('Name a model: npm run bench -- --model model.onnx');
const old = values.compare === undefined ? null : readResult(readFileSync(values.compare, 'utf8'));

const models: Result['models'] = [];
for (const model of values.model) {
  const cacheFolder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-bench-'));
  const rows: Row[] = [];
  for (const name of values.only)
    rows.push(...((await MEASUREMENTS[name]?.({ model, runs: Number(values.runs), cacheFolder })) ?? []));
  rmSync(cacheFolder, { recursive: true });
  models.push({ model: path.basename(model), rows });
}
const result: Result = { threads: threads(), models };

print(result);
if (old !== null) printCompared(old, result);
const json = JSON.stringify(result, null, 2);
if (values.json === undefined) console.log(json);
else writeFileSync(values.json, `${json}\n`);
