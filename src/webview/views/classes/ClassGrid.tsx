import type { ComponentChildren, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { ClassValue, LayerExplanation, Picture } from '../../../protocol/explanation.js';
import type { Blocker } from '../../../protocol/model.js';
import { fill } from '../../common/format.js';
import { useGridFocus } from '../../common/gridFocus.js';
import { Icon } from '../../common/icons.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { usePage } from '../../state/page.js';
import type { LargePlace } from '../shared/largeGrid.js';
import { layerNames } from './choice.js';
import { ClassCell } from './ClassCell.js';

/** What there is to show of one class. */
export interface ClassRow extends ClassValue {
  readonly target: number;
  readonly label: string;
  /** One per layer; null where it is not known. */
  readonly layers: readonly (LayerExplanation | null)[];
  /** Which part of each layer's passes is through, 0 … 1; null where its values are final. */
  readonly through: readonly (number | null)[];
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
  readonly onOpen: (place: LargePlace) => void;
  /** A row below the maps. */
  readonly foot: ComponentChildren;
}

/** A row of maps for each class, from shallow to deep. */
export function ClassGrid(props: ClassGridProps): VNode {
  const { rows, layers, blockers, foot, onRemove, onOpen, ...shown } = props;
  const { strings, classValue } = usePage();
  const names = layerNames(layers);
  const { crop } = shown.picture;
  const table = useRef<HTMLTableElement>(null);
  const { stopsAt, onFocusIn, onKeyDown } = useGridFocus(table, rows.length + 1, layers.length + 1);
  return (
    <div class="class-scroll">
      <table
        ref={table}
        class="class-grid"
        style={{ '--columns': layers.length, '--ratio': crop.width / crop.height }}
        role="grid"
        aria-label={strings.classesGrid}
        aria-description={strings.classesGridHint}
        onFocusIn={onFocusIn}
        onKeyDown={onKeyDown}
      >
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
          {rows.map((row, place) => (
            <tr key={row.target}>
              <th scope="row">
                <span class="class-head">
                  <span class="class-name" title={row.label}>
                    {row.label}
                  </span>
                  <span class="class-size">{classValue(row)}</span>
                  {onRemove && (
                    <RemoveButton
                      label={row.label}
                      remove={onRemove}
                      target={row.target}
                      stop={stopsAt(place + 1, 0)}
                    />
                  )}
                </span>
              </th>
              {layers.map((info, index) => (
                <td key={info.tensor} role="gridcell">
                  <ClassCell
                    {...shown}
                    what={`${row.label}, ${names[index] ?? ''}`}
                    info={info}
                    layer={row.layers[index] ?? null}
                    blocker={blockers[index] ?? null}
                    stop={stopsAt(place + 1, index + 1)}
                    onOpen={() => {
                      onOpen({ row: place, column: index });
                    }}
                  />
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
  /** Whether the tab key stops here. */
  readonly stop: boolean;
}

function RemoveButton({ label, target, remove, stop }: RemoveButtonProps): VNode {
  const { strings } = usePage();
  const text = fill(strings.classesRemove, { label });
  return (
    <button
      type="button"
      class="icon-button small"
      aria-label={text}
      title={text}
      tabIndex={stop ? 0 : -1}
      onClick={() => {
        remove(target);
      }}
    >
      <Icon name="close" />
    </button>
  );
}
