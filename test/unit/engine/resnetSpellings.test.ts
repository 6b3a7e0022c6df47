// ResNet-50 with real weights, where the development data lies beside the project, written in the ways in which
// exporters and compressors write it: all must give the maps of the first.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import type { Graph } from '../../../src/engine/onnx/graph.js';
import { readModel } from '../../../src/engine/onnx/read.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import type { LayerNode, ModelInfo } from '../../../src/protocol/model.js';
import { call } from './calls.js';
import { folded, fromCodebooks, saveAsNewExporter } from './resnetGraphs.js';

const DATA = path.resolve(import.meta.dirname, '../../../../shared/data');
const PLAIN = path.join(DATA, 'models/resnet50.onnx');
const INPUT = path.join(DATA, 'golden/inputs/zebra_elephant1.torch.npy');
const CLASSES = [340, 101];
const present = existsSync(PLAIN);
if (!present) console.info(`No ${PLAIN}: the spellings of a real model are not compared.`);

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-resnet-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Opened {
  readonly info: ModelInfo;
  /** Of each of `CLASSES`. */
  readonly explanations: readonly Explanation[];
}

/** Opens and explains a model in an engine of its own, so that only one is in memory. */
async function opened(model: string): Promise<Opened> {
  const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });
  try {
    const info = await engine.open({ model, settings: {} }, call());
    const explanations: Explanation[] = [];
    for (const target of CLASSES)
      explanations.push(
        await engine.explain(
          {
            model,
            settings: {},
            method: 'relevance-cam',
            source: { kind: 'array', path: INPUT },
            target,
            layers: null,
            top: 0,
          },
          call(),
        ),
      );
    return { info, explanations };
  } finally {
    await engine.dispose();
  }
}

function save(name: string, graph: Graph): string {
  const file = path.join(folder, name);
  writeFileSync(file, writeModel(graph, Infinity).bytes);
  return file;
}

/** Every entry of the tree: its path and the layer it stands for. */
function entries(tree: readonly LayerNode[]): { readonly path: string; readonly tensor: string }[] {
  return tree.flatMap(({ path: own, tensor, children }) => [{ path: own, tensor }, ...entries(children)]);
}

/** Largest difference as a share of the largest expected value. */
function deviation(map: Float32Array, expected: Float32Array): number {
  const difference = Math.max(...expected.map((value, i) => Math.abs((map[i] ?? NaN) - value)));
  return difference / Math.max(...expected.map(Math.abs));
}

describe.skipIf(!present)('ResNet-50 in four spellings', () => {
  let plain: Opened;
  beforeAll(async () => {
    plain = await opened(PLAIN);
  });

  /** All layers of the plain model: 53 normalised convolutions, 49 rectified, 16 sums, the maximum pooling. */
  function expectSameMaps(found: Opened, nameOf: (tensor: string) => string = (tensor) => tensor): void {
    plain.explanations.forEach((expected, which) => {
      expect(expected.layers).toHaveLength(53 + 49 + 16 + 1);
      const maps = new Map(found.explanations[which]?.layers.map(({ tensor, map }) => [tensor, map]));
      const faults = expected.layers.flatMap(({ tensor, map }) => {
        const other = maps.get(nameOf(tensor));
        if (other?.length !== map.length) return [`${tensor} is missing or of another size`];
        const share = deviation(other, map);
        return share <= 1e-4 ? [] : [`${tensor} deviates by ${share}`];
      });
      expect(faults).toEqual([]);
    });
  }

  test('BatchNormalization folded into the convolutions', async () => {
    const graph = folded(readModel(PLAIN));
    expect(graph.nodes.some(({ op }) => op === 'BatchNormalization')).toBe(false);
    expectSameMaps(await opened(save('folded.onnx', graph)));
  });

  test('weights out of codebooks', async () => {
    const graph = fromCodebooks(readModel(PLAIN));
    // The first convolution was not quantised.
    expect(graph.nodes.filter(({ op }) => op === 'Gather')).toHaveLength(52);
    expectSameMaps(await opened(save('codebooks.onnx', graph)));
  });

  test("PyTorch's present exporter, weights beside the model: the same tree too", async () => {
    const file = path.join(folder, 'exported.onnx');
    const renamed = saveAsNewExporter(readModel(PLAIN), file);
    const found = await opened(file);
    const nameOf = (tensor: string): string => renamed.get(tensor) ?? tensor;
    expectSameMaps(found, nameOf);
    const expected = entries(plain.info.tree).map((entry) => ({ ...entry, tensor: nameOf(entry.tensor) }));
    expect(entries(found.info.tree)).toEqual(expected);
  });
});
