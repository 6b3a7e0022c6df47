import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Display, LayerExplanation, Picture } from '../../../protocol/explanation.js';
import type { Blocker } from '../../../protocol/model.js';
import { blockedText } from '../../common/blockedText.js';
import { flatText } from '../../common/flatText.js';
import { fill } from '../../common/format.js';
import { Icon } from '../../common/icons.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { OverlayCanvas } from '../../picture/OverlayCanvas.js';
import { usePage } from '../../state/page.js';
import { gridOf } from '../../state/selectors.js';

export interface ClassCellProps {
  /** Class and layer. */
  readonly what: string;
  readonly info: LayerChoice;
  /** null where it is not known. */
  readonly layer: LayerExplanation | null;
  /** Why there is no map; null where there can be one. */
  readonly blocker: Blocker | null;
  readonly picture: Picture;
  /** The picture alone, without the map. */
  readonly bare: boolean;
  /** Whether the tab key stops here. */
  readonly stop: boolean;
  readonly onOpen: () => void;
}

/** One class at one layer: always one button, so that the keyboard keeps its place whatever comes in. */
export function ClassCell(props: ClassCellProps): VNode {
  const { what, info, layer, blocker, picture, bare, stop, onOpen } = props;
  const { display, strings } = usePage();
  const flat = layer && flatText(info, layer, strings);
  const grid = useMemo(() => (layer && flat === null ? gridOf(layer) : null), [layer, flat]);
  const state = blocker ? blockedText(blocker, strings) : (flat ?? `${strings.working}…`);
  const label = grid ? fill(strings.openMapLarge, { what }) : `${what}. ${state}`;
  return (
    <button
      type="button"
      class="map-button"
      tabIndex={stop ? 0 : -1}
      aria-label={label}
      aria-disabled={!grid || undefined}
      title={label}
      onClick={grid ? onOpen : undefined}
    >
      {blocker ? (
        <span class="map-blocked">
          <Icon name="blocked" />
        </span>
      ) : grid ? (
        <OverlayCanvas picture={picture} grid={bare ? null : grid} display={ownScale(display)} />
      ) : flat !== null ? (
        <span class="map-blocked">–</span>
      ) : (
        <span class="skeleton map-skeleton" />
      )}
    </button>
  );
}

/** Every map on its own scale: those of different layers have nothing in common. */
function ownScale(display: Display): Display {
  return display.scale === null ? display : { ...display, scale: null };
}
