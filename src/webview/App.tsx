import type { VNode } from 'preact';
import { useEffect, useMemo, useReducer, useState } from 'preact/hooks';
import { DEFAULT_EMPHASIS } from '../protocol/explanation.js';
import type { PanelBootstrap, Subject } from '../protocol/panel.js';
import { classValueFormat } from '../protocol/classValue.js';
import { percentFormat } from '../protocol/numbers.js';
import { Filmstrip } from './filmstrip/Filmstrip.js';
import { Head } from './head/Head.js';
import type { PanelHost } from './panelHost.js';
import { exportMessage } from './state/exportMessage.js';
import { FrameContext } from './state/frame.js';
import { PageContext, usePage, type Page } from './state/page.js';
import { initialState, isBusy, reduce, subjectOf } from './state/pageState.js';
import { toPanelState } from './state/persistence.js';
import { CancelledPage, FailedPage, NoModelPage, StatusBanner } from './status/Notices.js';
import { Spoken } from './Spoken.js';
import { FIRST_VIEW, viewOf } from './views/registry.js';
import { panelId, tabId } from './views/tabIds.js';
import { Tabs } from './views/Tabs.js';

export interface AppProps {
  readonly host: PanelHost;
  readonly bootstrap: PanelBootstrap;
}

export function App({ host, bootstrap }: AppProps): VNode {
  const [state, dispatch] = useReducer(reduce, null, () => initialState(host.load(), bootstrap.display));
  const [said, announce] = useState('');
  useEffect(() => {
    const stop = host.listen(dispatch);
    host.post({ type: 'ready' });
    return stop;
  }, [host]);
  useEffect(() => {
    const kept = toPanelState(state);
    if (kept) host.save(kept);
  }, [host, state]);
  const { toExport } = state;
  useEffect(() => {
    if (toExport === null) return;
    const message = exportMessage(state, toExport);
    if (message) host.post(message);
    else host.post({ type: 'notify', text: bootstrap.strings.nothingToExport });
    dispatch({ type: 'exported' });
  }, [host, state, toExport, bootstrap]);
  const percent = useMemo(() => percentFormat(bootstrap.locale), [bootstrap]);
  const classValue = useMemo(() => classValueFormat(bootstrap.locale), [bootstrap]);
  const { strings, topChannels } = bootstrap;
  const subject = subjectOf(state);
  const page: Page = {
    state,
    strings,
    topChannels,
    percent,
    display: state.display,
    emphasis: bootstrap.display.emphasis ?? DEFAULT_EMPHASIS,
    setDisplay: (change) => {
      dispatch({ type: 'display', change });
    },
    classValue,
    dispatch,
    post: host.post,
    announce,
  };
  return (
    <FrameContext.Provider value={page}>
      <PageContext.Provider value={page}>
        {subject && <Head subject={subject} view={viewOf(state.view, subject.model)} />}
        <StatusBanner />
        <Body subject={subject} />
        <Filmstrip />
        <Spoken said={said} />
      </PageContext.Provider>
    </FrameContext.Provider>
  );
}

function Body({ subject }: { readonly subject: Subject | null }): VNode {
  const busy = !subject || isBusy(subject);
  if (subject?.explanation) {
    return (
      <>
        <Tabs />
        <main class="body" aria-busy={busy}>
          <CurrentView subject={subject} />
        </main>
      </>
    );
  }
  if (subject?.status.kind === 'noModel') return <NoModelPage />;
  if (subject?.status.kind === 'cancelled') return <CancelledPage />;
  if (subject?.status.kind === 'error') return <FailedPage text={subject.status.text} />;
  return (
    <main class="body" aria-busy={busy}>
      {FIRST_VIEW.show(subject)}
    </main>
  );
}

function CurrentView({ subject }: { readonly subject: Subject }): VNode {
  const chosen = viewOf(usePage().state.view, subject.model);
  const content = chosen.show(subject);
  const { id } = content ? chosen : FIRST_VIEW;
  return (
    <div key={id} id={panelId(id)} class="tab-panel" role="tabpanel" aria-labelledby={tabId(id)}>
      {content ?? FIRST_VIEW.show(subject)}
    </div>
  );
}
