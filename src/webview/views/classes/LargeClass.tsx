import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { extentOf } from '../../../heatmap/normalize.js';
import { flatText } from '../../common/flatText.js';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import { currentMarks, gridOf } from '../../state/selectors.js';
import type { LargeItem } from '../shared/largeGrid.js';
import { LargeMap, type LargeMapProps } from '../shared/LargeMap.js';
import { showInExplain } from '../shared/showInExplain.js';
import type { ClassGridProps } from './ClassGrid.js';

export interface LargeClassProps
  extends
    Pick<ClassGridProps, 'rows' | 'layers'>,
    Pick<LargeMapProps, 'picture' | 'place' | 'onGo' | 'onClose'> {}

/** A map of a class, large, with what lies around it in the grid. */
export function LargeClass({ rows, layers, ...shown }: LargeClassProps): VNode {
  const { state, strings, classValue, dispatch, post } = usePage();
  const marks = useMemo(() => currentMarks(state), [state]);
  const grid = useMemo(
    () =>
      rows.map((row) =>
        layers.map((info, index): LargeItem | null => {
          const { tensor, path, height, width } = info;
          const layer = row.layers[index];
          if (!layer || flatText(info, layer, strings) !== null) return null;
          const map = gridOf(layer);
          return {
            title: `${row.label}, ${classValue(row)} · ${path} · ${fill(strings.layerSize, { height, width })}`,
            row: row.label,
            column: path,
            grid: map,
            scale: extentOf(map.values),
            keptAbove: null,
            explain: () => {
              showInExplain({ dispatch, post }, { tensor, target: row.target });
            },
          };
        }),
      ),
    [rows, layers, strings, classValue, dispatch, post],
  );
  return <LargeMap {...shown} marks={marks} grid={grid} />;
}
