import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Checkpoint } from '../../../protocol/timeline.js';
import { fill } from '../../common/format.js';
import { useGridFocus } from '../../common/gridFocus.js';
import type { KnownRun } from '../state/pageState.js';
import { useTimeline } from '../state/timeline.js';
import { stepText, unitText } from '../stepText.js';
import { MapCell } from './MapCell.js';
import type { GridRow } from './rows.js';

/** The heads of more columns have room for numbers alone. */
const MOST_NAMED = 6;

export interface RunGridProps {
  readonly run: KnownRun;
  /** Steps; the run may have no checkpoint at some of them. */
  readonly columns: readonly number[];
  readonly rows: readonly GridRow[];
  /** Whether the run's name has to be said. */
  readonly isNamed: boolean;
}

/** The maps of one run. */
export function RunGrid({ run, columns, rows, isNamed }: RunGridProps): VNode {
  const { selection, choice, choose, strings, classValue } = useTimeline();
  const table = useRef<HTMLTableElement>(null);
  const { stopsAt, onFocusIn, onKeyDown } = useGridFocus(table, rows.length + 1, columns.length + 1);
  const checkpointOf = (step: number): Checkpoint | null =>
    run.checkpoints.find((checkpoint) => checkpoint.step === step) ?? null;
  const isShort = columns.length > MOST_NAMED;
  // In a grid of layers every cell of a column is of the same prediction.
  const [first] = choice.rows === 'layers' ? rows : [];
  return (
    <div class="maps-run">
      {isNamed && <h3 class="run-name">{run.name}</h3>}
      <div class="maps-scroll">
        <table
          ref={table}
          class="maps-grid"
          style={{ '--columns': columns.length }}
          role="grid"
          aria-label={fill(strings.timelineGrid, { run: run.name })}
          aria-description={strings.timelineGridHint}
          onFocusIn={onFocusIn}
          onKeyDown={onKeyDown}
        >
          <thead>
            <tr>
              <td class="maps-unit">{isShort && unitText(run.unit, strings)}</td>
              {columns.map((step, column) => {
                const predicted = first?.resultAt(checkpointOf(step))?.predicted;
                const name = stepText(run.unit, step, strings);
                return (
                  <th
                    key={step}
                    scope="col"
                    role="columnheader"
                    class={step === selection.step ? 'current' : ''}
                  >
                    <button
                      type="button"
                      class="maps-step"
                      tabIndex={stopsAt(0, column + 1) ? 0 : -1}
                      title={checkpointOf(step)?.name}
                      onClick={() => {
                        choose({ step });
                      }}
                    >
                      <span class="maps-name">
                        {isShort && <span class="spoken">{unitText(run.unit, strings)} </span>}
                        {isShort ? step : name}
                      </span>
                      {predicted && (
                        <span class="maps-note">
                          {predicted.label} <span class="number">{classValue(predicted)}</span>
                        </span>
                      )}
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={row.key} class={row.isCurrent ? 'current' : ''}>
                <th scope="row" role="rowheader">
                  <button
                    type="button"
                    class="maps-row"
                    tabIndex={stopsAt(index + 1, 0) ? 0 : -1}
                    aria-pressed={row.isCurrent}
                    title={row.name}
                    onClick={row.choose}
                  >
                    <span class="maps-name">{row.name}</span>
                    <span class="maps-note">{row.note}</span>
                  </button>
                </th>
                {columns.map((step, column) => (
                  <td key={step} role="gridcell" class={step === selection.step ? 'current' : ''}>
                    <MapCell
                      row={row}
                      checkpoint={checkpointOf(step)}
                      stepName={stepText(run.unit, step, strings)}
                      isCurrent={row.isCurrent && step === selection.step}
                      isCaptioned={choice.rows === 'pictures'}
                      stop={stopsAt(index + 1, column + 1)}
                      onChoose={() => {
                        choose({ step });
                        row.choose();
                      }}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
