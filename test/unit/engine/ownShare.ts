// How far maps keep to their class: on the unseen pictures and by the networks that tools/sample/make_signed.py made.
import { readdirSync } from 'node:fs';
import path from 'node:path';

import type { Engine } from '../../../src/engine/engine.js';
import { decodePicture } from '../../../src/engine/image/decode.js';
import type { LayerExplanation } from '../../../src/protocol/explanation.js';
import type { MethodId } from '../../../src/protocol/methods.js';
import type { LayerNode } from '../../../src/protocol/model.js';
import { call } from './calls.js';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/signed');
/** A mask's grey value is this times one more than the class's index; 0 is background. */
const GREY_STEP = 20;

export interface SignedNet {
  readonly name: string;
  readonly file: string;
  /** The paths of its blocks in the layer tree. */
  readonly blocks: RegExp;
}

export const SIGNED_NETS = {
  efficientNet: { name: 'EfficientNet-like', file: 'efficientnet.onnx', blocks: /^blocks\/\d$/ },
  convNeXt: { name: 'ConvNeXt-like', file: 'convnext.onnx', blocks: /^stages\/(0\/\d|1\/[2-4])$/ },
  /** Without its last block: of that the class token alone is read, and the grid takes no part. */
  vit: { name: 'ViT, class token', file: 'vit.onnx', blocks: /^blocks\/[0-4]$/ },
  swin: { name: 'Swin-like', file: 'swin.onnx', blocks: /^layers\/(0\/[0-3]|1\/[12])$/ },
} as const satisfies Record<string, SignedNet>;

/** Of one method: per block, shallow to deep, the share of the map's positive part on objects that lies on the class's own. */
export type OwnShares = ReadonlyMap<MethodId, readonly number[]>;

/** @returns means over every object on the pictures */
export async function ownShares(
  engine: Engine,
  net: SignedNet,
  methods: readonly MethodId[],
): Promise<OwnShares> {
  const model = path.join(FOLDER, net.file);
  const { tree } = await engine.open({ model, settings: {} }, call());
  const blocks = nodesOf(tree).filter((node) => net.blocks.test(node.path));
  const tensors = blocks.map(({ tensor }) => tensor);
  const shares = new Map(methods.map((method) => [method, tensors.map((): number[] => [])]));
  for (const picture of readdirSync(path.join(FOLDER, 'pictures'))) {
    const objects = await readObjects(path.join(FOLDER, 'masks', picture));
    const explanations = await engine.compare(
      {
        model,
        settings: {},
        methods,
        source: { kind: 'image', path: path.join(FOLDER, 'pictures', picture) },
        targets: objects.classes,
        layers: tensors,
        top: 0,
        carried: false,
      },
      call(),
    );
    for (const { method, target, layers } of explanations)
      tensors.forEach((tensor, block) => {
        const layer = layers.find((explained) => explained.tensor === tensor);
        shares.get(method)?.[block]?.push(layer === undefined ? NaN : ownShare(layer, objects, target.index));
      });
  }
  return new Map([...shares].map(([method, perBlock]) => [method, perBlock.map(mean)]));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function nodesOf(tree: readonly LayerNode[]): readonly LayerNode[] {
  return tree.flatMap((node) => [node, ...nodesOf(node.children)]);
}

interface Objects {
  readonly classes: readonly number[];
  readonly width: number;
  /** Per pixel the index of the class seen there, −1 for background. */
  readonly pixels: Int8Array;
}

async function readObjects(mask: string): Promise<Objects> {
  const { width, rgb } = await decodePicture(mask);
  const pixels = Int8Array.from({ length: rgb.length / 3 }, (_, at) => (rgb[3 * at] ?? 0) / GREY_STEP - 1);
  return { classes: [...new Set(pixels)].filter((index) => index >= 0), width, pixels };
}

/** 0 where nothing of the map's positive part lies on an object. */
function ownShare({ map, width, height }: LayerExplanation, objects: Objects, target: number): number {
  let [own, all] = [0, 0];
  const cell = objects.width / width;
  if (!Number.isInteger(cell) || width !== height) throw new Error(`maps of ${height} × ${width} do not fit`);
  objects.pixels.forEach((index, at) => {
    if (index < 0) return;
    const [y, x] = [Math.floor(at / objects.width), at % objects.width];
    const value = Math.max(0, map[Math.floor(y / cell) * width + Math.floor(x / cell)] ?? NaN);
    all += value;
    if (index === target) own += value;
  });
  return all === 0 ? 0 : own / all;
}
