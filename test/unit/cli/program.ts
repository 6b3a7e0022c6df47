import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import sharp from 'sharp';
import { beforeAll } from 'vitest';
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { constant, graphOf, node, values } from '../engine/graphs.js';

export const ROOT = resolve(import.meta.dirname, '../../..');

export interface Outcome {
  readonly status: number;
  readonly printed: string;
  readonly reported: string;
}

/**
 * The bundled program, which is run as a shell would.
 * @param name of the test file: each has a bundle of its own
 */
export function program(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): (...words: string[]) => Promise<Outcome> {
  const outfile = join(ROOT, `out/test-cli/${name}/cli.js`);
  beforeAll(async () => {
    await build({
      entryPoints: [join(ROOT, 'src/cli/main.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      external: ['onnxruntime-node', 'sharp', '@expo-google-fonts/roboto'],
      logLevel: 'warning',
    });
  });
  return (...words) =>
    new Promise((done) => {
      const options = { maxBuffer: 1e8, env };
      const child = execFile(process.execPath, [outfile, ...words], options, (_, printed, reported) => {
        done({ status: child.exitCode ?? -1, printed, reported });
      });
    });
}

/** Preprocessing of a model that takes 0 … 1. */
export const PLAIN = JSON.stringify({ range: [0, 1], mean: [0, 0, 0], std: [1, 1, 1] });

/** Its logits are the mean red, green and blue: Relu, global average, a weight of 1 from each to its class. */
export function colorModel(beforePooling: readonly Node[] = []): Graph {
  const identity = constant(values([3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]));
  const pooled = beforePooling.at(-1)?.outputs[0] ?? 'activation';
  const nodes = [
    node('Relu', ['x'], ['activation']),
    ...beforePooling,
    node('GlobalAveragePool', [pooled], ['pooled']),
    node('Flatten', ['pooled'], ['flat']),
    node('MatMul', ['flat', 'identity'], ['logits']),
  ];
  const graph = graphOf([1, 3, 4, 4], nodes, { identity });
  return { ...graph, outputs: graph.outputs.map((output) => ({ ...output, shape: [1, 3] })) };
}

export const LEFT = [204, 51, 0] as const;
export const RIGHT = [0, 51, 102] as const;

/** 4 × 4 pixels: the left half (0.8, 0.2, 0), the right half (0, 0.2, 0.4). */
export function halves(): Promise<Buffer> {
  const pixels = Uint8Array.from(
    { length: 48 },
    (_, i) => (Math.floor(i / 3) % 4 < 2 ? LEFT : RIGHT)[i % 3] ?? 0,
  );
  return sharp(pixels, { raw: { width: 4, height: 4, channels: 3 } })
    .png()
    .toBuffer();
}
