import { describe, expect, test } from 'vitest';

import type { Node } from '../../../src/engine/onnx/graph.js';
import { layerPaths, layerTree, type LayerSource } from '../../../src/engine/onnx/layerTree.js';
import type { LayerNode } from '../../../src/protocol/model.js';

function source(
  tensor: string,
  op: string,
  name: string,
  modulePath: readonly string[] = [],
  size = 8,
): LayerSource {
  const node: Node = {
    name,
    op,
    domain: '',
    inputs: [],
    outputs: [tensor],
    attributes: new Map(),
    modulePath,
  };
  return { tensor, node, height: size, width: size };
}

/** A tree as nested arrays: name → tensor, children. */
function outline(nodes: readonly LayerNode[]): unknown {
  return nodes.map(({ name, tensor, children }) =>
    children.length === 0 ? `${name}: ${tensor}` : { [`${name}: ${tensor}`]: outline(children) },
  );
}

const treeOf = (sources: readonly LayerSource[]): unknown => outline(layerTree(layerPaths(sources)));

describe('layer tree', () => {
  const fromOldExporter = [
    source('a', 'Relu', '/relu/Relu'),
    source('b', 'Conv', '/layer1/layer1.0/conv1/Conv'),
    source('c', 'Relu', '/layer1/layer1.0/relu/Relu'),
    source('d', 'Add', '/layer1/layer1.0/Add'),
    source('e', 'Conv', '/layer1/layer1.1/conv1/Conv'),
  ];

  test('node names of the older PyTorch exporter become module paths; a module of one layer is that layer', () => {
    expect(treeOf(fromOldExporter)).toEqual([
      'relu: a',
      { 'layer1: e': [{ '0: d': ['conv1: b', 'relu: c', 'Add: d'] }, '1: e'] },
    ]);
  });

  test('metadata of the newer exporter gives the same tree', () => {
    const fromNewExporter = [
      source('a', 'Relu', 'node_relu', ['relu']),
      source('b', 'Conv', 'node_conv2d', ['layer1', 'layer1.0', 'layer1.0.conv1']),
      source('c', 'Relu', 'node_relu_1', ['layer1', 'layer1.0', 'layer1.0.relu']),
      source('d', 'Add', 'node_add', ['layer1', 'layer1.0']),
      source('e', 'Conv', 'node_conv2d_1', ['layer1', 'layer1.1', 'layer1.1.conv1']),
    ];
    expect(treeOf(fromNewExporter)).toEqual(treeOf(fromOldExporter));
  });

  test('without paths, layers are grouped by spatial size', () => {
    const flat = [
      source('a', 'Conv', 'conv0_fwd', [], 16),
      source('b', 'Relu', 'relu0_fwd', [], 16),
      source('c', 'Conv', '', [], 8),
    ];
    expect(treeOf(flat)).toEqual([{ '16×16: b': ['conv0_fwd: a', 'relu0_fwd: b'] }, '8×8: c']);
  });

  test('paths are unique where names repeat', () => {
    const twice = [
      source('a', 'Relu', '/m/Relu'),
      source('b', 'Relu', '/m/Relu'),
      source('c', 'Relu', '/m/Relu'),
    ];
    expect(Array.from(layerPaths(twice).values(), (path) => path.join('/'))).toEqual([
      'm/Relu',
      'm/Relu_1',
      'm/Relu_2',
    ]);
  });
});
