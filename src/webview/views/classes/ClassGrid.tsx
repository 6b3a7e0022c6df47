import type { ComponentChildren, VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ClassValue, Display, LayerExplanation, Picture } from '../../../protocol/explanation.js';
import type { Blocker } from '../../../protocol/model.js';
import { blockedText } from '../../common/blockedText.js';
import { fill } from '../../common/format.js';
import { Icon } from '../../common/icons.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { OverlayCanvas } from '../../picture/OverlayCanvas.js';
import { usePage } from '../../state/page.js';
import { gridOf } from '../../state/selectors.js';
import { layerNames } from './choice.js';

/** What there is to show of one class. */
export interface ClassRow extends ClassValue {
  readonly target: number;
  readonly label: string;
  /** One per layer; null where it is not known. */
  readonly layers: readonly (LayerExplanation | null)[];
}

export interface ClassGridProps {
  readonly rows: readonly ClassRow[];
  readonly layers: readonly LayerChoice[];
  /** Why a layer has no map, per layer; null where it can have one. */
  readonly blockers: readonly (Blocker | null)[];
  readonly picture: Picture;
  /** Show the picture without maps. */
  readonly bare: boolean;
  /** null where no class may go. */
  readonly onRemove: ((target: number) => void) | null;
  /** A row below the maps. */
  readonly foot: ComponentChildren;
}

/** A row of maps for each class, from shallow to deep. */
export function ClassGrid({ rows, layers, blockers, foot, onRemove, ...shown }: ClassGridProps): VNode {
  const { strings, classValue } = usePage();
  const names = layerNames(layers);
  const { crop } = shown.picture;
  return (
    <div class="class-scroll">
      <table class="class-grid" style={{ '--columns': layers.length, '--ratio': crop.width / crop.height }}>
        <thead>
          <tr>
            <th scope="col">{strings.classesClass}</th>
            {layers.map(({ tensor, path, height, width }, index) => (
              <th key={tensor} scope="col" title={path}>
                <span class="class-layer">{names[index]}</span>
                <span class="class-size">{fill(strings.layerSize, { height, width })}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.target}>
              <th scope="row">
                <span class="class-head">
                  <span class="class-name" title={row.label}>
                    {row.label}
                  </span>
                  <span class="class-size">{classValue(row)}</span>
                  {onRemove && <RemoveButton label={row.label} remove={onRemove} target={row.target} />}
                </span>
              </th>
              {layers.map(({ tensor }, index) => (
                <td key={tensor}>
                  <MapCell layer={row.layers[index] ?? null} blocker={blockers[index] ?? null} {...shown} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>{foot}</tfoot>
      </table>
    </div>
  );
}

interface RemoveButtonProps {
  readonly label: string;
  readonly target: number;
  readonly remove: (target: number) => void;
}

function RemoveButton({ label, target, remove }: RemoveButtonProps): VNode {
  const { strings } = usePage();
  const text = fill(strings.classesRemove, { label });
  return (
    <button
      type="button"
      class="icon-button small"
      aria-label={text}
      title={text}
      onClick={() => {
        remove(target);
      }}
    >
      <Icon name="close" />
    </button>
  );
}

interface MapCellProps extends Pick<ClassGridProps, 'picture' | 'bare'> {
  readonly layer: LayerExplanation | null;
  readonly blocker: Blocker | null;
}

function MapCell({ layer, blocker, picture, bare }: MapCellProps): VNode {
  const { state, strings } = usePage();
  const { display } = state;
  const grid = useMemo(() => layer && gridOf(layer), [layer]);
  if (blocker) {
    const text = blockedText(blocker, strings);
    return (
      <span class="map-blocked" role="img" aria-label={text} title={text}>
        <Icon name="blocked" />
      </span>
    );
  }
  if (!grid) return <div class="skeleton map-skeleton" />;
  return <OverlayCanvas picture={picture} grid={bare ? null : grid} display={ownScale(display)} />;
}

/** Every map on its own scale: those of different layers have nothing in common. */
function ownScale(display: Display): Display {
  return display.scale === null ? display : { ...display, scale: null };
}
