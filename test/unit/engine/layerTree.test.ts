import { describe, expect, test } from 'vitest';

import { layerPaths, type LayerSource, layerTree } from '../../../src/engine/layers/layerTree.js';
import type { Node } from '../../../src/engine/onnx/graph.js';
import type { LayerNode } from '../../../src/protocol/model.js';

function source(
  tensor: string,
  op: string,
  name: string,
  modulePath: readonly string[] = [],
  { size = 8, weight = '' }: { readonly size?: number; readonly weight?: string } = {},
): LayerSource {
  const node: Node = {
    name,
    op,
    domain: '',
    inputs: weight === '' ? [] : ['x', weight],
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

  test('a convolution that the newer exporter counts to the normalisation folded into it stands in its own module', () => {
    const old = [
      source('a', 'Conv', '/stem/stem.0/Conv'),
      source('b', 'Relu', '/stem/stem.2/Relu'),
      source('c', 'Conv', '/stem/stem.3/Conv'),
      source('d', 'Conv', '/body/conv/Conv'),
      source('e', 'MatMul', '/body/attn/MatMul'),
    ];
    const weight = (name: string) => ({ weight: `${name}.weight` });
    const now = [
      source('a', 'Conv', 'node_Conv_1', ['stem', 'stem.1'], weight('stem.0')),
      source('b', 'Relu', 'node_relu', ['stem', 'stem.2']),
      source('c', 'Conv', 'node_Conv_2', ['bn'], weight('stem.3')),
      source('d', 'Conv', 'node_Conv_3', ['body', 'body.bn'], weight('body.conv')),
      // A module that multiplies by its child's weight itself.
      source('e', 'MatMul', 'node_matmul', ['body', 'body.attn'], weight('body.attn.qkv')),
    ];
    expect(treeOf(now)).toEqual(treeOf(old));
  });

  test('calls of one module are told apart alike, and a module left for its child is not called again', () => {
    const old = [
      source('a', 'Relu', '/block/relu/Relu'),
      source('b', 'Conv', '/block/conv/Conv'),
      source('c', 'Relu', '/block/relu_1/Relu'),
      source('d', 'Mul', '/block/act/Mul'),
      source('e', 'Mul', '/block/act/Mul_1'),
      source('f', 'Relu', '/head/Relu'),
      source('g', 'Relu', '/block_1/relu/Relu'),
    ];
    const now = [
      source('a', 'Relu', 'node_relu', ['block', 'block.relu']),
      source('b', 'Conv', 'node_conv2d', ['block', 'block.conv']),
      source('c', 'Relu', 'node_relu_1', ['block', 'block.relu']),
      source('d', 'Mul', 'node_Mul_3', ['block', 'block.act']),
      source('e', 'Mul', 'node_Mul_4', ['block', 'block.act']),
      source('f', 'Relu', 'node_relu_2', ['head']),
      source('g', 'Relu', 'node_relu_3', ['block', 'block.relu']),
    ];
    expect(treeOf(now)).toEqual(treeOf(old));
  });

  test('outside of all modules, both exporters show the operator', () => {
    const old = [
      source('a', 'Add', '/Add'),
      source('b', 'Conv', '/m/c/Conv'),
      source('c', 'Conv', '/m/d/Conv'),
    ];
    const now = [
      source('a', 'Add', 'node_add_17'),
      source('b', 'Conv', 'node_conv2d', ['m', 'm.c']),
      source('c', 'Conv', 'node_conv2d_1', ['m', 'm.d']),
    ];
    expect(treeOf(now)).toEqual(treeOf(old));
  });

  test('without paths, layers are grouped by spatial size', () => {
    const flat = [
      source('a', 'Conv', 'conv0_fwd', [], { size: 16 }),
      source('b', 'Relu', 'relu0_fwd', [], { size: 16 }),
      source('c', 'Conv', ''),
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
