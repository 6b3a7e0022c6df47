import { describe, expect, it } from 'vitest';
import { allNodes, nodeOfTensor } from '../../../../../src/protocol/layerNodes.js';
import {
  allBranches,
  ancestorsOf,
  filterTree,
  initiallyExpanded,
  moveInTree,
  typeAhead,
  visibleRows,
} from '../../../../../src/webview/views/explain/tree/treeModel.js';
import { treeOf } from '../../trees.js';

const TREE = treeOf('stem/Conv', 'stem/Relu', 'body/0/Conv', 'body/0/Relu', 'body/1/Conv', 'head');
const OPEN = new Set(['body', 'body/0']);
const ROWS = visibleRows(TREE, OPEN);

describe('rows of the tree', () => {
  it('are the roots and what lies below the open nodes, in order', () => {
    expect(ROWS.map(({ node }) => node.path)).toEqual([
      'stem',
      'body',
      'body/0',
      'body/0/Conv',
      'body/0/Relu',
      'body/1',
      'head',
    ]);
  });

  it('carry what ARIA asks of a tree item', () => {
    const facts = ROWS.map(({ level, position, setSize, expanded }) => [level, position, setSize, expanded]);
    expect(facts).toEqual([
      [1, 1, 3, false],
      [1, 2, 3, true],
      [2, 1, 2, true],
      [3, 1, 2, null],
      [3, 2, 2, null],
      [2, 2, 2, false],
      [1, 3, 3, null],
    ]);
  });

  it('do not show an open node below a closed one', () => {
    expect(visibleRows(TREE, new Set(['body/0']))).toHaveLength(3);
  });
});

describe('filter', () => {
  const pathsOf = (query: string): string[] =>
    [...allNodes(filterTree(TREE, query))].map((node) => node.path);

  it('keeps the matches with all above them, whatever the case', () => {
    expect(pathsOf('RELU')).toEqual(['stem', 'stem/Relu', 'body', 'body/0', 'body/0/Relu']);
  });

  it('keeps all that lies below a match', () => {
    expect(pathsOf('body/0')).toEqual(['body', 'body/0', 'body/0/Conv', 'body/0/Relu']);
  });

  it('leaves the tree as it is for a blank query, and nothing where nothing matches', () => {
    expect(filterTree(TREE, '  ')).toBe(TREE);
    expect(filterTree(TREE, 'pool')).toEqual([]);
  });
});

describe('nodes', () => {
  it('are found from a tensor outermost first', () => {
    expect(nodeOfTensor(TREE, 'body/1/Conv')?.path).toBe('body');
    expect(nodeOfTensor(TREE, 'body/0/Relu')?.path).toBe('body/0');
    expect(nodeOfTensor(TREE, 'body/0/Conv')?.path).toBe('body/0/Conv');
    expect(nodeOfTensor(TREE, 'elsewhere')).toBeNull();
  });

  it('know the nodes above them', () => {
    expect(ancestorsOf(TREE, 'body/0/Relu').map((node) => node.path)).toEqual(['body', 'body/0']);
    expect(ancestorsOf(TREE, 'head')).toEqual([]);
    expect(ancestorsOf(TREE, 'elsewhere')).toEqual([]);
  });

  it('that have children are the branches', () => {
    expect([...allBranches(TREE)]).toEqual(['stem', 'body', 'body/0', 'body/1']);
  });
});

describe('what is open at first', () => {
  it('is every module that holds modules', () => {
    expect([...initiallyExpanded(TREE)]).toEqual(['body']);
  });

  it('is also the wrapper around everything', () => {
    const wrapped = treeOf('model/stem/Conv', 'model/body/0/Conv');
    expect([...initiallyExpanded(wrapped)]).toEqual(['model', 'model/body']);
  });
});

describe('keys', () => {
  const after = (index: number, key: string): unknown => moveInTree(ROWS, index, key, 3);

  it('move through the rows and stop at the ends', () => {
    expect(after(1, 'ArrowDown')).toEqual({ kind: 'focus', index: 2 });
    expect(after(6, 'ArrowDown')).toEqual({ kind: 'focus', index: 6 });
    expect(after(0, 'ArrowUp')).toEqual({ kind: 'focus', index: 0 });
    expect(after(2, 'PageDown')).toEqual({ kind: 'focus', index: 5 });
    expect(after(2, 'PageUp')).toEqual({ kind: 'focus', index: 0 });
    expect(after(3, 'Home')).toEqual({ kind: 'focus', index: 0 });
    expect(after(3, 'End')).toEqual({ kind: 'focus', index: 6 });
  });

  it('open a closed node, then enter it', () => {
    expect(after(0, 'ArrowRight')).toEqual({ kind: 'expand', path: 'stem' });
    expect(after(1, 'ArrowRight')).toEqual({ kind: 'focus', index: 2 });
    expect(after(3, 'ArrowRight')).toBeNull();
  });

  it('close an open node, else go to its parent', () => {
    expect(after(2, 'ArrowLeft')).toEqual({ kind: 'collapse', path: 'body/0' });
    expect(after(4, 'ArrowLeft')).toEqual({ kind: 'focus', index: 2 });
    expect(after(5, 'ArrowLeft')).toEqual({ kind: 'focus', index: 1 });
    expect(after(0, 'ArrowLeft')).toBeNull();
  });

  it('begin at the first row where no row has the focus', () => {
    expect(after(-1, 'ArrowDown')).toEqual({ kind: 'focus', index: 0 });
    expect(moveInTree([], -1, 'ArrowDown', 3)).toBeNull();
  });

  it('that a tree does not know do nothing', () => {
    expect(after(1, 'F5')).toBeNull();
  });
});

describe('type to find', () => {
  it('goes to the next row that begins with the letter, and round', () => {
    expect(typeAhead(ROWS, 0, 'h')).toBe(6);
    expect(typeAhead(ROWS, 6, 'S')).toBe(0);
  });

  it('moves on with one letter but stays with more', () => {
    const rows = visibleRows(treeOf('conv1', 'conv2', 'relu'), new Set());
    expect(typeAhead(rows, 0, 'c')).toBe(1);
    expect(typeAhead(rows, 1, 'conv')).toBe(1);
    expect(typeAhead(rows, 1, 'conv1')).toBe(0);
  });

  it('finds nothing where no row begins so', () => {
    expect(typeAhead(ROWS, 0, 'x')).toBeNull();
    expect(typeAhead([], 0, 'x')).toBeNull();
  });
});
