import type { VNode } from 'preact';
import { useEffect, useMemo, useReducer } from 'preact/hooks';
import { compareReports } from '../../evaluation/compare.js';
import { summarise } from '../../evaluation/summary.js';
import type { ReportBootstrap, ShownReport } from '../../evaluation/reportPage.js';
import { classNamer } from '../../protocol/distinctLabels.js';
import { percentFormat } from '../../protocol/numbers.js';
import { Message } from '../status/Message.js';
import { Skeleton } from '../status/Skeleton.js';
import type { ReportHost } from './aloneHost.js';
import { ReportPage } from './ReportPage.js';
import { initialState, reduce, type Action, type PageState } from './state/pageState.js';
import { choiceOf, toKept } from './state/persistence.js';
import { ReportContext, type Report } from './state/report.js';

export interface ReportAppProps {
  readonly host: ReportHost;
  readonly bootstrap: ReportBootstrap;
}

/** A report of an evaluation, as its file is now. */
export function ReportApp({ host, bootstrap }: ReportAppProps): VNode {
  const kept = useMemo(() => host.load(), [host]);
  const [state, dispatch] = useReducer(reduce, initialState(choiceOf(kept)));
  useEffect(() => {
    const stop = host.listen(dispatch);
    host.post({ type: 'ready', other: kept?.other ?? null });
    return stop;
  }, [host, kept]);
  const { shown, broken } = state;
  useEffect(() => {
    if (shown) host.save(toKept(state));
  }, [host, state, shown]);
  const { strings } = bootstrap;
  if (broken !== null && !shown)
    return <Message icon="error" title={strings.reportBrokenTitle} text={broken} alone />;
  if (!shown)
    return (
      <main class="body" aria-busy>
        <h1 class="spoken">{strings.reportLoading}</h1>
        <Skeleton lines={8} />
      </main>
    );
  if (shown.report.pictures.length + shown.report.failed.length === 0)
    return <Message icon="timeline" title={strings.reportEmptyTitle} text={strings.reportEmptyText} alone />;
  return <Known state={state} shown={shown} bootstrap={bootstrap} post={host.post} dispatch={dispatch} />;
}

interface KnownProps {
  readonly state: PageState;
  readonly shown: ShownReport;
  readonly bootstrap: ReportBootstrap;
  readonly post: ReportHost['post'];
  readonly dispatch: (action: Action) => void;
}

/** Once there are numbers: means and differences follow from them. */
function Known({ state, shown, bootstrap, post, dispatch }: KnownProps): VNode {
  const { other, choice, broken, asked } = state;
  const { strings, locale, alone } = bootstrap;
  const { report } = shown;
  const tables = useMemo(() => summarise(report), [report]);
  const differences = useMemo(() => (other ? compareReports(other.report, report) : []), [other, report]);
  const percent = useMemo(() => percentFormat(locale), [locale]);
  const count = useMemo(() => {
    const format = new Intl.NumberFormat(locale);
    return (number: number): string => format.format(number);
  }, [locale]);
  const nameOf = useMemo(() => classNamer(report.model.labels), [report]);
  const known: Report = {
    ...shown,
    ...{ strings, percent, count, nameOf, tables, other, differences, choice, asked, post, broken },
    choose: (change) => {
      dispatch({ type: 'choose', change });
    },
    alone: alone !== null,
  };
  return (
    <ReportContext.Provider value={known}>
      <ReportPage />
    </ReportContext.Provider>
  );
}
