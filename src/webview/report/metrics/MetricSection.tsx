import type { VNode } from 'preact';
import type { MetricTable } from '../../../evaluation/metricTable.js';
import { tableTitle } from '../../../evaluation/export/numbers.js';
import { METRIC_FACTS } from '../../../protocol/metrics.js';
import { Section } from '../../common/Section.js';
import { useReport } from '../state/report.js';
import { DepthPlot } from './DepthPlot.js';
import { MeansTable } from './MeansTable.js';

/** One metric: its means as a table, and by depth as a plot. */
export function MetricSection({ table }: { readonly table: MetricTable }): VNode {
  const { strings } = useReport();
  const { metric, objects, rows } = table;
  const { better } = METRIC_FACTS[metric];
  const notes = { higher: strings.reportHigher, lower: strings.reportLower };
  return (
    <Section
      title={tableTitle(table, strings)}
      note={better === null ? undefined : `${better === 'lower' ? '↓' : '↑'} ${notes[better]}`}
    >
      {objects === null && <p class="report-about">{strings[`about ${metric}`]}</p>}
      <div class="report-metric">
        <MeansTable table={table} />
        {rows.length > 1 && <DepthPlot table={table} />}
      </div>
    </Section>
  );
}
