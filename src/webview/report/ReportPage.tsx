import type { VNode } from 'preact';
import { plannedCount } from '../../evaluation/planned.js';
import { fill } from '../common/format.js';
import { Banner } from '../status/Banner.js';
import { Channels } from './channels/Channels.js';
import { Compared } from './head/Compared.js';
import { ReportHead } from './head/ReportHead.js';
import { MetricSection } from './metrics/MetricSection.js';
import { Extremes } from './pictures/Extremes.js';
import { Confusions } from './sample/Confusions.js';
import { NotEvaluated } from './sample/NotEvaluated.js';
import { Unread } from './sample/Unread.js';
import { useReport } from './state/report.js';

/** Like a page of a paper: what was evaluated, a table and a plot of each metric, pictures, and what went wrong. */
export function ReportPage(): VNode {
  const { report, tables, broken, strings, count } = useReport();
  const done = report.pictures.length + report.failed.length;
  const total = plannedCount(report.plan);
  return (
    <>
      {broken !== null && <Banner kind="error" text={broken} />}
      {done < total && (
        <Banner kind="info" text={fill(strings.reportPartial, { done: count(done), total: count(total) })} />
      )}
      <Compared />
      <main class="report">
        <ReportHead />
        {report.pictures.length > 0 && (
          <>
            {tables.map((table) => (
              <MetricSection key={`${table.metric} ${table.objects}`} table={table} />
            ))}
            <Extremes />
            {report.channels && <Channels channels={report.channels} />}
          </>
        )}
        <Confusions />
        <NotEvaluated />
        <Unread />
      </main>
    </>
  );
}
