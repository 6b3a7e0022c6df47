// Opens and explains one model and writes what it measured to stdout as JSON; sweep.py runs it once per file.
// Usage: npx tsx test/full-size/measure.mts model.onnx
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';

import { EngineError } from '../../src/engine/failure.js';
import { readState } from '../../src/engine/model/modelState.js';
import { NO_CHOICE, openModel, type OpenedModel } from '../../src/engine/model/openModel.js';
import { type RawExplanation, USUAL } from '../../src/engine/model/explainer.js';
import { WeightExchange } from '../../src/engine/model/weightExchange.js';
import type { Call } from '../../src/protocol/engineApi.js';
import { median, time } from '../bench/timing.mjs';

const OPENINGS = 2;
const RUNS = 4;

const model = process.argv[2];
if (model === undefined) throw new Error('Name a model: npx tsx test/full-size/measure.mts model.onnx');
const cacheFolder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-full-size-'));

const plain = (): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(model, { logSeverityLevel: 4 });
const unwatched: Call = { signal: new AbortController().signal, progress: () => undefined };
const open = async (): Promise<OpenedModel> =>
  openModel(
    await readState({ file: model, weights: null }),
    NO_CHOICE,
    { exchange: new WeightExchange(), shared: null, kept: null, cardUse: null, cacheFolder },
    unwatched,
  );

interface Comparison {
  readonly plainMs: number;
  readonly ms: number;
  readonly ratio: number;
}

/** Milliseconds of both ways, in turns, as medians over the rounds. Both must have run before. */
async function compare(
  rounds: number,
  plainWay: () => Promise<number>,
  explainedWay: () => Promise<number>,
): Promise<Comparison> {
  const times: { plain: number; explained: number }[] = [];
  for (let round = 0; round < rounds; round++)
    times.push({ plain: await plainWay(), explained: await explainedWay() });
  return {
    plainMs: median(times.map((round) => round.plain)),
    ms: median(times.map((round) => round.explained)),
    ratio: median(times.map((round) => round.explained / round.plain)),
  };
}

function compareOpening(): Promise<Comparison> {
  return compare(
    OPENINGS,
    async () => {
      const { ms, result } = await time(plain);
      await result.release();
      return ms;
    },
    async () => {
      const { ms, result } = await time(async () => {
        const opened = await open();
        await opened.explainerOf(USUAL, unwatched);
        return opened;
      });
      await result.dispose();
      return ms;
    },
  );
}

const EMPTY = new Float32Array();

/** Tensors of the layers whose explanation holds anything but finite numbers. */
function notFinite({ layers }: RawExplanation): string[] {
  return layers
    .filter(({ map, weights, relevanceSum }) => {
      const finite = (values: Float32Array): boolean => values.every(Number.isFinite);
      return !(finite(map) && finite(weights ?? EMPTY) && Number.isFinite(relevanceSum));
    })
    .map(({ tensor }) => tensor);
}

/** Tensors of the layers whose map is the same number everywhere although it has more than one place. */
function uniform({ layers }: RawExplanation): string[] {
  return layers
    .filter(({ map }) => map.length > 1 && map.every((value) => value === map[0]))
    .map(({ tensor }) => tensor);
}

/** The largest difference as a share of the largest logit. */
function deviation(values: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    expected.reduce((most, value, i) => Math.max(most, Math.abs((values[i] ?? NaN) - value)), 0) / largest
  );
}

async function measure(): Promise<object> {
  const opened = await open();
  const explainer = await opened.explainerOf(USUAL, unwatched);
  const session = await plain();
  const { input, layers, producer, opset } = opened.facts;
  // Of a size like that of a normalised picture, without a pattern that a stride could hit.
  const pixels = Float32Array.from(
    { length: input.shape.reduce((a, b) => a * b, 1) },
    (_, i) => Math.SQRT2 * Math.sin(i * i * 0.37 + i),
  );
  const feeds = { [input.name]: new ort.Tensor('float32', pixels, input.shape) };
  const tensors = layers.filter(({ blockedBy }) => blockedBy === null).map(({ tensor }) => tensor);
  const range = { low: EMPTY, high: EMPTY };
  const explain = async (): Promise<RawExplanation> => {
    const request = { input: pixels, targets: [null], layers: tensors, top: 3, carried: false, range };
    const [explanation] = await explainer.explain(request);
    if (explanation === undefined) throw new Error('one class gives one explanation');
    return explanation;
  };

  const explanation = await explain();
  const logits = Object.values(await session.run(feeds))[0]?.data;
  const explaining = await compare(
    RUNS,
    async () => (await time(() => session.run(feeds))).ms,
    async () => (await time(explain)).ms,
  );
  await opened.dispose();
  await session.release();
  const opening = await compareOpening();
  return {
    producer,
    opset,
    inputShape: input.shape,
    layers: layers.length,
    explained: explanation.layers.length,
    blocked: layers.flatMap(({ tensor, path: layer, blockedBy }) =>
      blockedBy === null ? [] : [{ tensor, layer, ...blockedBy }],
    ),
    notFinite: notFinite(explanation),
    uniform: uniform(explanation),
    logitDeviation: logits instanceof Float32Array ? deviation(explanation.logits, logits) : null,
    opening,
    explaining,
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
  };
}

function problemOf(error: unknown): string {
  if (!(error instanceof EngineError)) throw error;
  const { code, parameters } = error.failure;
  const told = Object.entries(parameters).filter(([name]) => name !== 'file');
  return [code, ...told.map(([name, value]) => `${name} ${value}`)].join(', ');
}

try {
  const result = await measure().catch((error: unknown) => ({ problem: problemOf(error) }));
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  rmSync(cacheFolder, { recursive: true });
}
