import { useState } from 'preact/hooks';
import type { LayerNode } from '../../../../protocol/model.js';
import { allBranches, ancestorsOf, initiallyExpanded, visibleRows, type TreeRow } from './treeModel.js';

export interface Tree {
  readonly rows: readonly TreeRow[];
  /** Index of the row that has the keyboard; −1 while no row has. */
  readonly active: number;
  readonly activate: (path: string) => void;
  readonly setExpanded: (path: string, expanded: boolean) => void;
}

/**
 * What is open and where the keyboard is. A layer chosen elsewhere is brought into view.
 * `filtered` is `tree` itself or what a filter left of it, which is then all open.
 */
export function useTree(
  tree: readonly LayerNode[],
  filtered: readonly LayerNode[],
  selected: string | null,
): Tree {
  const [expanded, setExpanded] = useState(() => initiallyExpanded(tree));
  const [activePath, activate] = useState<string | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  if (selected !== null && selected !== shown) {
    setShown(selected);
    activate(selected);
    setExpanded(new Set([...expanded, ...ancestorsOf(tree, selected).map((node) => node.path)]));
  }
  const rows = visibleRows(filtered, filtered === tree ? expanded : allBranches(filtered));
  return {
    rows,
    active: rows.findIndex(({ node }) => node.path === activePath),
    activate,
    setExpanded: (path, open) => {
      setExpanded(
        open ? new Set([...expanded, path]) : new Set([...expanded].filter((other) => other !== path)),
      );
    },
  };
}
