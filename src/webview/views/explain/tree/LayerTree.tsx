import type { TargetedKeyboardEvent, VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LayerNode, ModelInfo } from '../../../../protocol/model.js';
import { PIXELS_PATH, pixelLayer } from '../../../../protocol/pixels.js';
import { useElementSize } from '../../../common/useElementSize.js';
import { usePage } from '../../../state/page.js';
import { subjectOf } from '../../../state/pageState.js';
import { blockerOfLayer, currentPath, isPixels } from '../../../state/selectors.js';
import { LayerRow } from './LayerRow.js';
import { moveInTree, typeAhead, type TreeRow } from './treeModel.js';
import { useTree } from './useTree.js';

export const ROW_HEIGHT = 26;
/** Rows made beyond both ends of what is seen. */
const OVERSCAN = 6;
/** Letters typed within this time belong together. */
const TYPING_MS = 700;

export interface LayerTreeProps {
  readonly model: ModelInfo;
  /** The model's tree, below a row for the pixels where there is one. */
  readonly whole: readonly LayerNode[];
  /** The whole tree, or what a filter left of it. */
  readonly tree: readonly LayerNode[];
}

/** The tree of layers. Only the rows in sight exist, so that a thousand layers cost as much as thirty. */
export function LayerTree({ model, whole, tree }: LayerTreeProps): VNode {
  const { state, strings, dispatch, post } = usePage();
  const selected = isPixels(state) ? PIXELS_PATH : currentPath(state);
  const { rows, active, activate, setExpanded } = useTree(whole, tree, selected);
  const layers = useMemo(
    () => new Map([pixelLayer(model), ...model.layers].map((layer) => [layer.tensor, layer])),
    [model],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const { height } = useElementSize(scroller);
  const [scrollTop, setScrollTop] = useState(0);
  const typingRef = useRef({ text: '', at: 0 });

  useLayoutEffect(() => {
    if (scroller.current && active >= 0) bringIntoView(scroller.current, active * ROW_HEIGHT);
  }, [active, height]);

  const choose = (row: TreeRow): void => {
    activate(row.node.path);
    const { tensor, path } = row.node;
    const layer = layers.get(tensor);
    if (!subjectOf(state)?.explanation || path === selected || !layer || blockerOfLayer(state, layer)) return;
    dispatch({ type: 'layer', tensor, path });
    post({ type: 'selectLayer', tensor });
  };
  const goTo = (index: number | null): void => {
    const row = index === null ? undefined : rows[index];
    if (row) choose(row);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = moveInTree(rows, active, event.key, Math.floor(height / ROW_HEIGHT));
    if (move?.kind === 'focus') goTo(move.index);
    else if (move) setExpanded(move.path, move.kind === 'expand');
    else if (event.key === 'Enter' || event.key === ' ') goTo(active);
    else if (event.key.length === 1) {
      const { text, at } = typingRef.current;
      typingRef.current = {
        text: event.timeStamp - at < TYPING_MS ? text + event.key : event.key,
        at: event.timeStamp,
      };
      goTo(typeAhead(rows, Math.max(active, 0), typingRef.current.text));
    } else return;
    event.preventDefault();
  };

  const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - OVERSCAN);
  const last = Math.min(rows.length, Math.ceil((scrollTop + height) / ROW_HEIGHT) + OVERSCAN);
  return (
    <div
      ref={scroller}
      class="tree"
      role="tree"
      tabIndex={0}
      aria-label={strings.layers}
      aria-activedescendant={active >= first && active < last ? rowId(active) : undefined}
      onKeyDown={onKeyDown}
      onFocus={() => {
        if (active < 0) activate(selected ?? rows[0]?.node.path ?? '');
      }}
      onScroll={({ currentTarget }) => {
        setScrollTop(currentTarget.scrollTop);
      }}
    >
      <div class="tree-rows" role="presentation" style={{ height: `${rows.length * ROW_HEIGHT}px` }}>
        {rows.slice(first, last).map((row, offset) => (
          <LayerRow
            key={row.node.path}
            id={rowId(first + offset)}
            top={(first + offset) * ROW_HEIGHT}
            row={row}
            layer={layers.get(row.node.tensor)}
            active={first + offset === active}
            selected={row.node.path === selected}
            onChoose={choose}
            onToggle={setExpanded}
          />
        ))}
      </div>
    </div>
  );
}

function rowId(index: number): string {
  return `layer-${index}`;
}

function bringIntoView(scroller: HTMLElement, top: number): void {
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  const bottom = top + ROW_HEIGHT;
  if (bottom > scroller.scrollTop + scroller.clientHeight)
    scroller.scrollTop = bottom - scroller.clientHeight;
}
