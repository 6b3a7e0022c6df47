import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Picture } from '../../../protocol/explanation.js';
import type { Grid } from '../../../heatmap/grid.js';
import { signedExtentOf } from '../../../heatmap/normalize.js';
import { flatValuesText } from '../../common/flatText.js';
import { Legend } from '../../picture/Legend.js';
import { OverlayCanvas } from '../../picture/OverlayCanvas.js';
import { usePage } from '../../state/page.js';
import { LargeButton } from '../shared/LargeButton.js';

export interface ChannelMapProps {
  readonly picture: Picture;
  readonly title: string;
  /** null until it is known. */
  readonly grid: Grid | null;
  readonly bare: boolean;
  readonly onOpen: () => void;
}

/** One of a channel's maps over the picture, with what its colours mean. */
export function ChannelMap({ title, grid, bare, picture, onOpen }: ChannelMapProps): VNode {
  const { display, strings } = usePage();
  const scale = useMemo(() => signedExtentOf(grid?.values ?? new Float32Array()), [grid]);
  const flat = grid && flatValuesText(grid.values, strings);
  return (
    <figure class="shot">
      <div class="shot-picture">
        {grid ? (
          <LargeButton what={title} onOpen={flat === null ? onOpen : null}>
            <OverlayCanvas
              picture={picture}
              grid={bare || flat !== null ? null : grid}
              display={{ ...display, scale }}
            />
          </LargeButton>
        ) : (
          <div class="skeleton shot-skeleton" />
        )}
        {flat !== null && <div class="shot-note">{flat}</div>}
      </div>
      <figcaption>
        <span class="shot-title">{title}</span>
        {grid && flat === null && <Legend scale={scale} value={null} />}
      </figcaption>
    </figure>
  );
}
