// npx tsx test/panel-harness/timelineData.mts OUTDIR
// Explains some of the sample's pictures with each of its checkpoints, for the timeline's stand-in host, and writes
// OUTDIR/timelineData.js.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Engine } from '../../src/engine/engine.js';
import type { Call } from '../../src/protocol/engineApi.js';
import { TIMELINE_TOP } from '../../src/protocol/timeline.js';
import type { SampleResult, TimelineSample } from './timelineSample.js';

const SAMPLE = path.resolve(import.meta.dirname, '../../media/sample');
const PICTURES = ['cup-fish', 'bird-cat-cup', 'boat-cat', 'flower-key', 'mushroom-tree', 'butterfly-car'];
const METHOD = 'relevance-cam';

const outdir = path.resolve(process.argv[2] ?? 'out/panel');
const cacheFolder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-timeline-'));
const engine = new Engine({ cacheFolder, log: () => undefined });
const call: Call = { signal: new AbortController().signal, progress: () => undefined };

const files = readdirSync(path.join(SAMPLE, 'checkpoints')).filter((name) => name.endsWith('.onnx'));
const modelOf = (file: string): string => path.join(SAMPLE, 'checkpoints', file);
const last = await engine.open({ model: modelOf(files.at(-1) ?? ''), settings: {} }, call);
const { preprocessing, labels } = last;

const pictures: TimelineSample['pictures'][number][] = [];
const results: SampleResult[] = [];
for (const [index, name] of PICTURES.entries()) {
  const file = path.join(SAMPLE, 'pictures', `${name}.png`);
  const picture = await engine.picture({ path: file, preprocessing, maxSide: 320 }, call);
  const size = { width: picture.originalWidth, height: picture.originalHeight };
  const { regions } = await engine.annotations(
    { path: file, ...size, preprocessing, labels, sources: [] },
    call,
  );
  const source = { kind: 'image', path: file } as const;
  const asked = { settings: {}, method: METHOD, source, layers: null, top: TIMELINE_TOP } as const;
  const { target } = await engine.explain({ ...asked, model: last.path, target: null }, call);
  pictures.push({ name: `${name}.png`, picture, regions, target: target.index });
  for (const file of files) {
    const {
      predictions,
      target: explained,
      layers,
      blocked,
    } = await engine.explain({ ...asked, model: modelOf(file), target: target.index }, call);
    const [predicted = explained] = predictions;
    results.push({
      file,
      picture: index,
      target: explained,
      predicted,
      layers: layers.map(({ tensor, height, width, map, weights, top, relevanceSum }) => ({
        ...{ tensor, height, width, map, weights, relevanceSum },
        top: top.map(({ channel, weight }) => ({ channel, weight })),
      })),
      blocked,
    });
  }
}
const sample: TimelineSample = { files, model: last, pictures, results };
mkdirSync(outdir, { recursive: true });
writeFileSync(
  path.join(outdir, 'timelineData.js'),
  `window.timelineSample = ${JSON.stringify(sample, plain)};`,
);
await engine.dispose();
rmSync(cacheFolder, { recursive: true, force: true });

/** Arrays of numbers with as many digits as can be seen. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Float32Array) return Array.from(value, (one) => Number(one.toPrecision(5)));
  return value instanceof Uint8ClampedArray || value instanceof Uint8Array ? Array.from(value) : value;
}
