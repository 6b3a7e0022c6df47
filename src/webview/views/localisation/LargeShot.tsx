import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { extentOf } from '../../../heatmap/normalize.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import { usePage } from '../../state/page.js';
import { currentPath, gridOf } from '../../state/selectors.js';
import type { LargeItem } from '../shared/largeGrid.js';
import { LargeMap } from '../shared/LargeMap.js';
import { showInExplain } from '../shared/showInExplain.js';
import { localise } from './localise.js';
import type { MarkedPicture, Shot } from './Shots.js';

export interface LargeShotProps {
  readonly method: MethodId;
  readonly shots: readonly Shot[];
  readonly base: MarkedPicture;
  readonly onGo: (method: MethodId) => void;
  readonly onClose: () => void;
}

/** What a method keeps of the picture, large. */
export function LargeShot({ method, shots, base, onGo, onClose }: LargeShotProps): VNode {
  const { state, dispatch, post } = usePage();
  const path = currentPath(state) ?? '';
  const items = useMemo(
    () =>
      shots.map(({ method: id, layer }): LargeItem | null => {
        if (!layer) return null;
        const { label } = METHOD_FACTS[id];
        const grid = gridOf(layer);
        return {
          title: `${label} · ${path}`,
          row: path,
          column: label,
          grid,
          scale: extentOf(grid.values),
          keptAbove: localise(grid, base.k, base.marks, base.marked).threshold,
          explain: () => {
            showInExplain({ dispatch, post }, { method: id });
          },
        };
      }),
    [shots, base, path, post, dispatch],
  );
  return (
    <LargeMap
      picture={base.picture}
      marks={base.marks}
      grid={[items]}
      place={{ row: 0, column: shots.findIndex((shot) => shot.method === method) }}
      onGo={({ column }) => {
        const shot = shots[column];
        if (shot) onGo(shot.method);
      }}
      onClose={onClose}
    />
  );
}
