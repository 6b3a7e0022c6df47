import type { LayerNode } from '../../../../protocol/model.js';
import { allNodes } from '../../../../protocol/layerNodes.js';

/** One line of the tree as it is seen: the nodes below collapsed ones have none. */
export interface TreeRow {
  readonly node: LayerNode;
  /** Path of the row above it in the hierarchy; null for a root. */
  readonly parent: string | null;
  /** From 1, as aria-level. */
  readonly level: number;
  /** From 1 among its siblings, as aria-posinset. */
  readonly position: number;
  readonly setSize: number;
  /** null for a node without children. */
  readonly expanded: boolean | null;
}

/** The rows that show when the nodes named in `expanded` are open. */
export function visibleRows(tree: readonly LayerNode[], expanded: ReadonlySet<string>): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const walk = (nodes: readonly LayerNode[], level: number, parent: string | null): void => {
    nodes.forEach((node, index) => {
      const open = node.children.length > 0 ? expanded.has(node.path) : null;
      rows.push({ node, parent, level, position: index + 1, setSize: nodes.length, expanded: open });
      if (open) walk(node.children, level + 1, node.path);
    });
  };
  walk(tree, 1, null);
  return rows;
}

/** The nodes whose path contains `query` with all below them, and the ancestors that lead to them. */
export function filterTree(tree: readonly LayerNode[], query: string): readonly LayerNode[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return tree;
  const keep = (node: LayerNode): LayerNode[] => {
    const children = node.children.flatMap(keep);
    if (children.length > 0) return [{ ...node, children }];
    return [node.path, node.name].some((text) => text.toLowerCase().includes(wanted)) ? [node] : [];
  };
  return tree.flatMap(keep);
}

/** Paths of every node that can be opened. */
export function allBranches(tree: readonly LayerNode[]): ReadonlySet<string> {
  return new Set([...allNodes(tree)].filter((node) => node.children.length > 0).map((node) => node.path));
}

/** The nodes above `path`, outermost first; empty where it is a root or absent. */
export function ancestorsOf(tree: readonly LayerNode[], path: string): readonly LayerNode[] {
  for (const node of tree) {
    if (node.path === path) return [];
    const below = ancestorsOf(node.children, path);
    if (below.length > 0 || node.children.some((child) => child.path === path)) return [node, ...below];
  }
  return [];
}

/** What is open at first: the wrappers around everything, and of the modules below those that hold modules. */
export function initiallyExpanded(tree: readonly LayerNode[]): ReadonlySet<string> {
  const [only] = tree;
  if (only && tree.length === 1) return new Set([only.path, ...initiallyExpanded(only.children)]);
  const holdsModules = (node: LayerNode): boolean => node.children.some((child) => child.children.length > 0);
  return new Set(tree.filter(holdsModules).map((node) => node.path));
}

export type TreeMove =
  | { readonly kind: 'focus'; readonly index: number }
  | { readonly kind: 'expand' | 'collapse'; readonly path: string };

/** What a key does in a tree (WAI-ARIA tree view pattern); null where it does nothing. */
export function moveInTree(
  rows: readonly TreeRow[],
  index: number,
  key: string,
  pageSize: number,
): TreeMove | null {
  const last = rows.length - 1;
  const focus = (to: number): TreeMove => ({ kind: 'focus', index: Math.min(Math.max(to, 0), last) });
  const row = rows[index];
  if (!row) return last >= 0 ? focus(0) : null;
  switch (key) {
    case 'ArrowDown':
      return focus(index + 1);
    case 'ArrowUp':
      return focus(index - 1);
    case 'PageDown':
      return focus(index + pageSize);
    case 'PageUp':
      return focus(index - pageSize);
    case 'Home':
      return focus(0);
    case 'End':
      return focus(last);
    case 'ArrowRight':
      return moveIn(row, index, focus);
    case 'ArrowLeft':
      return moveOut(rows, row, focus);
    default:
      return null;
  }
}

function moveIn(row: TreeRow, index: number, focus: (to: number) => TreeMove): TreeMove | null {
  if (row.expanded === null) return null;
  return row.expanded ? focus(index + 1) : { kind: 'expand', path: row.node.path };
}

function moveOut(rows: readonly TreeRow[], row: TreeRow, focus: (to: number) => TreeMove): TreeMove | null {
  if (row.expanded) return { kind: 'collapse', path: row.node.path };
  return row.parent === null ? null : focus(rows.findIndex(({ node }) => node.path === row.parent));
}

/** The next row whose name starts with what was typed, from `from` on and round; null where there is none. */
export function typeAhead(rows: readonly TreeRow[], from: number, typed: string): number | null {
  const wanted = typed.toLowerCase();
  // A single letter moves on, further letters refine where we are.
  const start = typed.length > 1 ? from : from + 1;
  for (let step = 0; step < rows.length; step++) {
    const index = (start + step) % rows.length;
    if (rows[index]?.node.name.toLowerCase().startsWith(wanted)) return index;
  }
  return null;
}
