// npx tsx test/bench/ownShares.mts
// Prints as Markdown how far the maps of each method keep to their class, at an early, a middle and the last block.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Engine } from '../../src/engine/engine.js';
import { METHOD_FACTS } from '../../src/protocol/methods.js';
import { ownShares, SIGNED_NETS } from '../unit/engine/ownShare.js';

const METHODS = ['relevance-cam', 'clrp', 'grad-cam', 'grad-cam++'] as const;

const cacheFolder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-shares-'));
const engine = new Engine({ cacheFolder, log: () => undefined });
console.log(`| | ${METHODS.map((method) => METHOD_FACTS[method].label).join(' | ')} |`);
console.log(`| --- |${' --- |'.repeat(METHODS.length)}`);
for (const net of Object.values(SIGNED_NETS)) {
  const shares = await ownShares(engine, net, METHODS);
  const cells = METHODS.map((method) => {
    const perBlock = shares.get(method) ?? [];
    return [0, Math.floor(perBlock.length / 2), -1].map((at) => perBlock.at(at)?.toFixed(2) ?? '–').join(' ');
  });
  console.log(`| ${net.name} | ${cells.join(' | ')} |`);
}
await engine.dispose();
rmSync(cacheFolder, { recursive: true });
