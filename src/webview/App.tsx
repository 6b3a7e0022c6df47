import type { VNode } from 'preact';
import { useEffect, useMemo, useReducer, useState } from 'preact/hooks';
import type { LayerExplanation, Prediction } from '../protocol/explanation.js';
import type { PanelBootstrap, PanelSnapshot } from '../protocol/panel.js';
import type { PanelStrings } from '../protocol/panelStrings.js';
import { fill, percentFormat } from './common/format.js';
import { Head } from './head/Head.js';
import type { Host } from './host.js';
import { PageContext, usePage, type Page } from './state/page.js';
import { initialState, isBusy, reduce, type PageState } from './state/pageState.js';
import { toPanelState } from './state/persistence.js';
import { currentLayer, currentPath, isPixels } from './state/selectors.js';
import { Banner, FailedPage, NoModelPage } from './status/Notices.js';
import { FIRST_VIEW, viewOf } from './views/registry.js';
import { panelId, tabId } from './views/tabIds.js';
import { Tabs } from './views/Tabs.js';

export interface AppProps {
  readonly host: Host;
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
  const percent = useMemo(() => percentFormat(bootstrap.locale), [bootstrap]);
  const { strings, topChannels } = bootstrap;
  const page: Page = { state, strings, topChannels, percent, dispatch, post: host.post, announce };
  return (
    <PageContext.Provider value={page}>
      {state.snapshot && <Head snapshot={state.snapshot} Actions={viewOf(state.view).Actions} />}
      <Banner />
      <Body snapshot={state.snapshot} />
      <ResultSpoken />
      <div class="spoken" aria-live="polite">
        {said}
      </div>
    </PageContext.Provider>
  );
}

function Body({ snapshot }: { readonly snapshot: PanelSnapshot | null }): VNode {
  const busy = !snapshot || isBusy(snapshot);
  if (snapshot?.explanation) {
    return (
      <>
        <Tabs />
        <main class="body" aria-busy={busy}>
          <CurrentView snapshot={snapshot} />
        </main>
      </>
    );
  }
  if (snapshot?.status.kind === 'noModel') return <NoModelPage />;
  if (snapshot?.status.kind === 'error') return <FailedPage text={snapshot.status.text} />;
  return (
    <main class="body" aria-busy={busy}>
      {FIRST_VIEW.show(snapshot)}
    </main>
  );
}

function CurrentView({ snapshot }: { readonly snapshot: PanelSnapshot }): VNode {
  const chosen = viewOf(usePage().state.view);
  const content = chosen.show(snapshot);
  const { id } = content ? chosen : FIRST_VIEW;
  return (
    <div key={id} id={panelId(id)} class="tab-panel" role="tabpanel" aria-labelledby={tabId(id)}>
      {content ?? FIRST_VIEW.show(snapshot)}
    </div>
  );
}

/** Says the class and layer explained whenever they change. */
function ResultSpoken(): VNode {
  const { state, strings, percent } = usePage();
  const layer = currentLayer(state);
  const target = state.snapshot?.explanation?.target;
  const text = layer && target ? resultText(state, layer, target, strings, percent) : '';
  return (
    <div class="spoken" aria-live="polite">
      {text}
    </div>
  );
}

function resultText(
  state: PageState,
  { tensor, height, width, top }: LayerExplanation,
  { label, probability }: Prediction,
  strings: PanelStrings,
  percent: Page['percent'],
): string {
  const layer = isPixels(state) ? strings.inputPixels : (currentPath(state) ?? tensor);
  const said = fill(strings.announceResult, {
    label,
    probability: percent(probability),
    layer,
    height,
    width,
  });
  const [heaviest] = top;
  return heaviest ? `${said} ${fill(strings.announceHeaviest, { channel: heaviest.channel })}` : said;
}
