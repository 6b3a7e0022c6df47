import type { VNode } from 'preact';
import { tableTitle } from '../../../evaluation/export/numbers.js';
import { bestOf, type MetricTable } from '../../../evaluation/metricTable.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { breakable } from '../../common/breakable.js';
import { counted, fill } from '../../common/format.js';
import { Icon } from '../../common/icons.js';
import { BY_DEPTH } from '../state/choice.js';
import { useReport } from '../state/report.js';
import { MeanCell } from './MeanCell.js';
import { sortAfter, sortedRows } from './sorting.js';

/** A row for each layer, a column for each method, sorted by a click on a column's head. */
export function MeansTable({ table }: { readonly table: MetricTable }): VNode {
  const { strings, differences, choice } = useReport();
  const { metric, objects, methods } = table;
  const sort = choice.sorts[metric] ?? BY_DEPTH;
  // Between two reports all pictures are compared.
  const compared = objects === null ? differences : [];
  return (
    <div class="report-scroll">
      <table class="report-table">
        <caption>
          <span class="spoken">{fill(strings.reportTable, { metric: tableTitle(table, strings) })} </span>
          {countText(table, strings)}
        </caption>
        <thead>
          <tr>
            <SortHead table={table} method={null} />
            {methods.map((method) => (
              <SortHead key={method} table={table} method={method} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sortedRows(table, sort).map((row) => {
            const best = bestOf(table, row);
            const { tensor, label, height, width } = row.layer;
            return (
              <tr key={tensor}>
                <th scope="row" title={tensor}>
                  {breakable(label)}{' '}
                  <span class="report-size">{fill(strings.layerSize, { height, width })}</span>
                </th>
                {methods.map((method, column) => (
                  <MeanCell
                    key={method}
                    metric={metric}
                    cell={row.cells[column] ?? null}
                    best={best[column] ?? false}
                    difference={compared.find(
                      (one) => one.metric === metric && one.method === method && one.layer.tensor === tensor,
                    )}
                  />
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

interface SortHeadProps {
  readonly table: MetricTable;
  /** null for the column of the layers. */
  readonly method: MethodId | null;
}

function SortHead({ table, method }: SortHeadProps): VNode {
  const { strings, choice, choose } = useReport();
  const { metric } = table;
  const sort = choice.sorts[metric] ?? BY_DEPTH;
  const isSorted = sort.method === method;
  const column = method === null ? strings.reportLayer : METHOD_FACTS[method].label;
  return (
    <th scope="col" aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        class="report-sort"
        title={fill(strings.reportSort, { column })}
        onClick={() => {
          choose({ sorts: { ...choice.sorts, [metric]: sortAfter(table, sort, method) } });
        }}
      >
        {column}
        <Icon name={isSorted && sort.descending ? 'chevronDown' : 'chevronUp'} />
      </button>
    </th>
  );
}

/** Over how many pictures the means are. */
function countText({ rows }: MetricTable, strings: PanelStrings): string {
  const counts = rows.flatMap(({ cells }) => cells.flatMap((cell) => cell?.n ?? []));
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) return strings.reportUndefined;
  return low === high
    ? counted(low, strings.reportCountEveryOne, strings.reportCountEvery)
    : fill(strings.reportCountRange, { low, high });
}
