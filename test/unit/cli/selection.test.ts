import { describe, expect, test } from 'vitest';
import { selectClass } from '../../../src/cli/selectClass.js';
import { selectLayers } from '../../../src/cli/selectLayers.js';
import { EngineError } from '../../../src/engine/failure.js';
import type { LayerInfo, LayerNode } from '../../../src/protocol/model.js';

describe('class', () => {
  const labels = ['tench', 'crane', 'tabby, tabby cat', 'Tiger cat', 'crane', '7', 'cat'];
  const select = (wanted: string): number => selectClass({ labels, path: 'net.onnx' }, wanted);

  test.each<[string, number]>([
    ['0', 0],
    ['6', 6],
    ['TENCH', 0],
    ['tiger CAT', 3],
    ['tabby cat', 2],
    ['tabby', 2],
    ['cat', 6],
    ['7', 5],
  ])('%s is %i', (wanted, index) => {
    expect(select(wanted)).toBe(index);
  });

  test.each<[string, RegExp]>([
    ['crane', /Several classes are called crane: crane \(1\), crane \(4\)\. Give the index\./],
    ['tige', /tige is not a class of net\.onnx, which has 7 classes\. Similar ones: Tiger cat \(3\)\./],
    ['99', /99 is not a class of net\.onnx, which has 7 classes\.$/],
    ['', /is not a class/],
  ])('"%s" is none', (wanted, message) => {
    expect(() => select(wanted)).toThrow(message);
  });
});

describe('layers', () => {
  const layer = (tensor: string, path: string): LayerInfo => {
    return {
      tensor,
      path,
      op: 'Relu',
      channels: 8,
      height: 4,
      width: 4,
      tokens: false,
      reading: null,
      blockedBy: null,
    };
  };
  const leaf = (name: string, path: string, tensor: string): LayerNode => ({
    name,
    path,
    tensor,
    children: [],
  });
  const info = {
    path: 'net.onnx',
    input: { name: 'pixels' },
    layers: [
      layer('/stem/out', 'stem/Relu'),
      layer('/layer1/0/out', 'layer1/0/Relu'),
      layer('/layer1/1/out', 'layer1/1/Relu'),
      layer('/layer2/0/[x]', 'layer2/0/Relu'),
      layer('/layer2/1/out', 'layer2/1/Relu'),
    ],
    tree: [
      {
        ...leaf('layer2', 'layer2', '/layer2/1/out'),
        children: [leaf('0', 'layer2/0', '/layer2/0/[x]'), leaf('1', 'layer2/1', '/layer2/1/out')],
      },
    ],
  };
  const select = (wanted: string): readonly string[] | null => selectLayers(info, wanted);

  test.each<[string, readonly string[] | null]>([
    ['all', null],
    ['layer1/0/Relu', ['/layer1/0/out']],
    ['/layer1/0/out', ['/layer1/0/out']],
    ['layer2', ['/layer2/1/out']],
    ['/layer2/0/[x]', ['/layer2/0/[x]']],
    ['layer2/*', ['/layer2/0/[x]', '/layer2/1/out']],
    ['layer1/**', ['/layer1/0/out', '/layer1/1/out']],
    ['pixels', ['pixels']],
    ['layer2,pixels', ['pixels', '/layer2/1/out']],
    ['/layer2/1/out, layer1/0/Relu', ['/layer1/0/out', '/layer2/1/out']],
    ['layer{1,2}/0/Relu', ['/layer1/0/out', '/layer2/0/[x]']],
    ['**', ['/stem/out', '/layer1/0/out', '/layer1/1/out', '/layer2/0/[x]', '/layer2/1/out']],
  ])('%s', (wanted, tensors) => {
    expect(select(wanted)).toEqual(tensors);
  });

  test.each<[string, object]>([
    ['nothing', { code: 'unknownLayer', parameters: { layer: 'nothing', file: 'net.onnx' } }],
    ['layer2,nothing/*', { code: 'unknownLayer', parameters: { layer: 'nothing/*' } }],
  ])('%s fails', (wanted, failure) => {
    try {
      select(wanted);
    } catch (error) {
      expect(error).toBeInstanceOf(EngineError);
      expect(error).toMatchObject({ failure });
      return;
    }
    expect.unreachable();
  });

  test('an empty list is refused', () => {
    expect(() => select(' , ')).toThrow(/names no layer/);
  });
});
