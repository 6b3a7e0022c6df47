import type { VNode } from 'preact';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { fill } from '../../common/format.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { usePage } from '../../state/page.js';
import { correlationText } from '../shared/formatCorrelation.js';
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

export interface CorrelationTableProps {
  readonly pairs: readonly Pair[];
  readonly labels: readonly string[];
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
