import type { VNode } from 'preact';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { fill } from '../../common/format.js';
import { lineClass } from '../../common/lineClass.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { usePage } from '../../state/page.js';
import { formatCorrelation } from './formatCorrelation.js';
import { shortPair } from './names.js';
import type { Pair } from './pairs.js';

/** The two classes of a pair. */
export function pairLabel(
  { first, second }: Pick<Pair, 'first' | 'second'>,
  labels: readonly string[],
  strings: PanelStrings,
): string {
  const [one, other] = shortPair(labels[first] ?? '', labels[second] ?? '');
  return fill(strings.classesPair, { first: one, second: other });
}

/** A correlation as it is written where there may be none. */
export function correlationText(value: Pair['values'][number], strings: PanelStrings): string {
  if (value === undefined) return '–';
  return value === null ? strings.classesUndefined : formatCorrelation(value);
}

export interface CorrelationLegendProps {
  readonly pairs: readonly Pair[];
  readonly labels: readonly string[];
}

/** Which line is whose. */
export function CorrelationLegend({ pairs, labels }: CorrelationLegendProps): VNode {
  const { strings } = usePage();
  return (
    <div class="correlation-legend">
      {pairs.map((pair, index) => (
        <span key={`${pair.first} ${pair.second}`} class="correlation-key">
          <svg class="line-key" viewBox="0 0 24 8" aria-hidden="true">
            <path class={lineClass(index)} d="M0 4H24" />
          </svg>
          <span>{pairLabel(pair, labels, strings)}</span>
        </span>
      ))}
    </div>
  );
}

export interface CorrelationTableProps extends CorrelationLegendProps {
  readonly layers: readonly LayerChoice[];
}

/** The plot's numbers. */
export function CorrelationTable({ pairs, layers, labels }: CorrelationTableProps): VNode {
  const { strings } = usePage();
  return (
    <details class="values-table correlation-values">
      <summary>{strings.classesValues}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{strings.classesLayer}</th>
            {pairs.map((pair) => (
              <th key={`${pair.first} ${pair.second}`} scope="col">
                {pairLabel(pair, labels, strings)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {layers.map(({ tensor, path }, index) => (
            <tr key={tensor}>
              <th scope="row">{path}</th>
              {pairs.map((pair) => (
                <td key={`${pair.first} ${pair.second}`} class="number">
                  {correlationText(pair.values[index], strings)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
