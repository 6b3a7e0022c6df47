import { describe, expect, it } from 'vitest';

import { filterTree } from '../../../../src/extension/sidebar/layerFilter.js';
import type { LayerInfo, LayerNode } from '../../../../src/protocol/model.js';

const LAYERS = new Map(
  [
    layer('a', 'layer1/0/Conv', 'Conv', 56),
    layer('b', 'layer1/0/Relu', 'Relu', 56),
    layer('c', 'layer2/0/Conv', 'Conv', 28),
    layer('d', 'layer2/0/MaxPool', 'MaxPool', 14),
  ].map((info) => [info.tensor, info]),
);
const TREE = [
  node('layer1', 'b', node('layer1/0', 'b', node('layer1/0/Conv', 'a'), node('layer1/0/Relu', 'b'))),
  node('layer2', 'd', node('layer2/0', 'd', node('layer2/0/Conv', 'c'), node('layer2/0/MaxPool', 'd'))),
];

function layer(tensor: string, path: string, op: string, size: number): LayerInfo {
  return {
    tensor,
    path,
    op,
    channels: 64,
    height: size,
    width: size,
    tokens: false,
    reading: null,
    blockedBy: null,
  };
}

function node(path: string, tensor: string, ...children: LayerNode[]): LayerNode {
  return { name: path.split('/').at(-1) ?? '', path, tensor, children };
}

function leaves(nodes: readonly LayerNode[]): string[] {
  return nodes.flatMap((one) => (one.children.length === 0 ? [one.path] : leaves(one.children)));
}

describe('the filter of the layer tree', () => {
  it.each([
    ['', ['layer1/0/Conv', 'layer1/0/Relu', 'layer2/0/Conv', 'layer2/0/MaxPool']],
    ['conv', ['layer1/0/Conv', 'layer2/0/Conv']],
    ['LAYER2', ['layer2/0/Conv', 'layer2/0/MaxPool']],
    ['layer2 conv', ['layer2/0/Conv']],
    ['56x56', ['layer1/0/Conv', 'layer1/0/Relu']],
    ['28×28', ['layer2/0/Conv']],
    ['maxpool', ['layer2/0/MaxPool']],
    ['gemm', []],
  ])('%s', (filter, expected) => {
    expect(leaves(filterTree(TREE, LAYERS, filter))).toEqual(expected);
  });

  it('keeps the modules that hold what matches', () => {
    const [only, ...others] = filterTree(TREE, LAYERS, 'maxpool');
    expect(others).toEqual([]);
    expect(only).toMatchObject({ path: 'layer2', children: [{ path: 'layer2/0' }] });
  });

  it('finds a row by the name that it shows', () => {
    const pixels = { ...node('/pixels', 'image'), name: 'Eingabepixel' };
    expect(filterTree([pixels, ...TREE], LAYERS, 'eingabe')).toEqual([pixels]);
  });

  it('leaves the tree itself alone without words', () => {
    expect(filterTree(TREE, LAYERS, '  ')).toBe(TREE);
  });
});
