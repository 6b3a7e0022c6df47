import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Picture } from '../../../protocol/explanation.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import type { Checkpoint, StepUnit } from '../../../protocol/timeline.js';
import type { Grid } from '../../../heatmap/grid.js';
import { fill } from '../../common/format.js';
import { Legend } from '../../picture/Legend.js';
import { gridOfLayer } from '../values/gridOfLayer.js';
import { LayerOverlay, SIGNED_COLORS, SIGNED_SCALE } from '../LayerOverlay.js';
import type { Mapped, Selection } from '../state/selection.js';
import type { Choice } from '../state/choice.js';
import { useTimeline } from '../state/timeline.js';
import { stepText } from '../stepText.js';
import { differenceOf } from '../values/difference.js';

export interface DifferenceShotProps {
  readonly unit: StepUnit;
  readonly checkpoint: Checkpoint | null;
  /** The map of the checkpoint chosen; null where there is none. */
  readonly grid: Grid | null;
  /** What it is compared with. */
  readonly other: Mapped | null;
  readonly picture: Picture | null;
  /** Whether one of the two maps is still to come. */
  readonly isLoading: boolean;
  /** The picture alone. */
  readonly bare: boolean;
}

/** Where the checkpoint chosen looks more, and where less, than another one. */
export function DifferenceShot(props: DifferenceShotProps): VNode {
  const { unit, checkpoint, grid, other, picture, isLoading, bare } = props;
  const { selection, choice, strings } = useTimeline();
  const otherGrid = other && gridOfLayer(other.layer);
  const difference = useMemo(
    () => (grid && otherGrid ? differenceOf(grid, otherGrid) : null),
    [grid, otherGrid],
  );
  const isSame = other !== null && other.checkpoint === checkpoint;
  const note = isSame ? strings.timelineIsPinned : missingText(grid, other, choice, selection, strings);
  const title = isSame ? strings.timelineDifference : titleText(unit, checkpoint, other, strings);
  return (
    <figure class="shot">
      <figcaption>
        <span class="shot-title">{title}</span>
        <span class="shot-caption">{other && !isSame && strings.timelineDifference}</span>
      </figcaption>
      <div class="shot-picture">
        {picture && !isLoading ? (
          <LayerOverlay picture={picture} grid={bare || isSame ? null : difference} signed />
        ) : (
          <div class="skeleton shot-blank" />
        )}
        {note !== null && !isLoading && <div class="shot-note">{note}</div>}
      </div>
      <Legend scale={SIGNED_SCALE} colorMap={SIGNED_COLORS} value={null} />
      <p class="shot-legend-note">{strings.timelineDifferenceNote}</p>
    </figure>
  );
}

function titleText(
  unit: StepUnit,
  one: Checkpoint | null,
  other: Mapped | null,
  strings: PanelStrings,
): string {
  if (!one || !other) return strings.timelineDifference;
  const name = ({ step }: Checkpoint): string => stepText(unit, step, strings);
  return fill(strings.timelineMinus, { step: name(one), other: name(other.checkpoint) });
}

/** Why there is nothing to compare with. */
function missingText(
  grid: Grid | null,
  other: Mapped | null,
  { against }: Choice,
  { pinned }: Selection,
  strings: PanelStrings,
): string | null {
  if (!grid) return strings.timelineNoMap;
  if (other) return null;
  return against === 'pinned' && pinned === null
    ? strings.timelineNothingPinned
    : strings.timelineNothingBefore;
}
