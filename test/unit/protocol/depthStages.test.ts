import { describe, expect, it } from 'vitest';
import type { LayerExplanation } from '../../../src/protocol/explanation.js';
import { depthStages, MAX_STAGES, stageEnds, stageName } from '../../../src/protocol/depthStages.js';
import { treeOf } from '../webview/trees.js';

function layer(tensor: string, side: number): LayerExplanation {
  const nothing = new Float32Array();
  return {
    tensor,
    channels: 1,
    height: side,
    width: side,
    map: nothing,
    weights: nothing,
    top: [],
    relevanceSum: 0,
  };
}

function stagesOf(sides: Readonly<Record<string, number>>, stages = depthStages): readonly string[] {
  const layers = Object.entries(sides).map(([tensor, side]) => layer(tensor, side));
  return stages(treeOf(...Object.keys(sides)), layers).map(({ tensor }) => tensor);
}

describe('depth strip', () => {
  it('shows the last map of every module where these are few', () => {
    expect(
      stagesOf({ 'stem/Conv': 8, 'stem/Relu': 8, 'body/0/Conv': 4, 'body/0/Relu': 4, 'body/1/Relu': 4 }),
    ).toEqual(['stem/Conv', 'stem/Relu', 'body/0/Conv', 'body/0/Relu', 'body/1/Relu']);
  });

  it('stays at the modules above where those below are too many', () => {
    const blocks = Array.from({ length: MAX_STAGES }, (_, index) => `body/${index}`);
    const sides = Object.fromEntries(['stem', ...blocks].map((path) => [path, path === 'stem' ? 8 : 4]));
    expect(stagesOf(sides)).toEqual(['stem', `body/${MAX_STAGES - 1}`]);
  });

  it('shows the last map of every size where one module holds everything', () => {
    const sides: Record<string, number> = {};
    for (let index = 0; index < 20; index++) sides[`features/${index}`] = 64 >> Math.floor(index / 5);
    expect(stagesOf(sides)).toEqual(['features/4', 'features/9', 'features/14', 'features/19']);
  });

  it('takes no map within a block for a size that a module ends in', () => {
    const blocks = Array.from({ length: MAX_STAGES }, (_, index) => `layer2/${index}/relu`);
    const sides = {
      'layer1/0/relu': 8,
      'layer2/0/conv1': 8,
      ...Object.fromEntries(blocks.map((path) => [path, 4])),
    };
    expect(stagesOf(sides)).toEqual(['layer1/0/relu', `layer2/${MAX_STAGES - 1}/relu`]);
  });

  it('takes the last map of a module that is explained, and none of a blocked one', () => {
    const tree = treeOf('stem/Conv', 'body/Conv', 'body/Add');
    expect(depthStages(tree, [layer('body/Conv', 4)]).map(({ tensor }) => tensor)).toEqual(['body/Conv']);
  });

  it('is empty where nothing is explained', () => {
    expect(depthStages(treeOf('stem'), [])).toEqual([]);
  });

  it('names numbered modules together with what they are in', () => {
    expect(['layer1', 'layer1/0', 'features/denseblock1/conv', '0'].map(stageName)).toEqual([
      'layer1',
      'layer1/0',
      'conv',
      '0',
    ]);
  });
});

describe('the ends of the stages', () => {
  const TRANSFORMER = { patches: 14, 'blocks/0/Add': 14, 'blocks/1/Add': 14, 'blocks/2/Add': 14 };

  it('are the last maps of every size, from shallow to deep', () => {
    expect(
      stagesOf(
        { stem: 8, pool: 4, 'a/0/Relu': 4, 'a/1/Relu': 4, 'b/0/Conv': 4, 'b/0/Relu': 2, 'b/1/Relu': 2 },
        stageEnds,
      ),
    ).toEqual(['stem', 'b/0/Conv', 'b/1/Relu']);
  });

  it('are those of the modules where the network keeps its size', () => {
    expect(stagesOf(TRANSFORMER, stageEnds)).toEqual(stagesOf(TRANSFORMER));
    expect(stagesOf(TRANSFORMER)).toHaveLength(4);
  });
});
