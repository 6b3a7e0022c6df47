import type { VNode } from 'preact';
import { useEffect, useMemo, useReducer, useState } from 'preact/hooks';
import type { PanelBootstrap, PanelSnapshot } from '../protocol/panel.js';
import { TopChannels } from './channels/TopChannels.js';
import { WeightsPlot } from './channels/WeightsPlot.js';
import { Expected } from './classes/Expected.js';
import { Predictions } from './classes/Predictions.js';
import { DepthStrip } from './depth/DepthStrip.js';
import { fill, percentFormat } from './format.js';
import { Head } from './Head.js';
import type { Host } from './host.js';
import { PageContext, usePage, type Page } from './page.js';
import { PicturePane } from './picture/PicturePane.js';
import { PreprocessingSection } from './preprocessing/PreprocessingSection.js';
import { initialState, isBusy, reduce } from './state/pageState.js';
import { toPanelState } from './state/persistence.js';
import { currentLayer, currentPath } from './state/selectors.js';
import { Banner, FailedPage, NoModelPage } from './status/Notices.js';
import { Skeleton } from './status/Skeleton.js';
import { LayerPanel } from './tree/LayerPanel.js';

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
  const page: Page = { state, strings: bootstrap.strings, percent, dispatch, post: host.post, announce };
  return (
    <PageContext.Provider value={page}>
      {state.snapshot && <Head snapshot={state.snapshot} />}
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
  if (snapshot && !snapshot.explanation) {
    const { status } = snapshot;
    if (status.kind === 'noModel') return <NoModelPage />;
    if (status.kind === 'error') return <FailedPage text={status.text} />;
  }
  return <Columns snapshot={snapshot} />;
}

function Columns({ snapshot }: { readonly snapshot: PanelSnapshot | null }): VNode {
  const { strings } = usePage();
  const model = snapshot?.model ?? null;
  const explanation = snapshot?.explanation ?? null;
  return (
    <main class="columns" aria-busy={!snapshot || isBusy(snapshot)}>
      <nav class="layers" aria-label={strings.layers}>
        {model ? <LayerPanel model={model} /> : <Skeleton lines={14} />}
      </nav>
      <div class="center">
        <PicturePane />
        {model && explanation && <DepthStrip model={model} explanation={explanation} />}
      </div>
      <aside class="side">
        {snapshot && explanation ? <Side snapshot={snapshot} /> : <Skeleton lines={12} />}
      </aside>
    </main>
  );
}

function Side({ snapshot }: { readonly snapshot: PanelSnapshot }): VNode {
  const { state } = usePage();
  const { model, explanation, expected, preprocessing } = snapshot;
  const layer = currentLayer(state);
  return (
    <>
      {explanation && <Predictions explanation={explanation} />}
      {model && explanation && <Expected model={model} explanation={explanation} expected={expected} />}
      {layer?.weights && <TopChannels layer={layer} weights={layer.weights} />}
      {layer?.weights && <WeightsPlot key={layer.tensor} weights={layer.weights} />}
      {preprocessing && <PreprocessingSection value={preprocessing.value} source={preprocessing.source} />}
    </>
  );
}

/** Says the class and layer explained whenever they change. */
function ResultSpoken(): VNode {
  const { state, strings, percent } = usePage();
  const layer = currentLayer(state);
  const target = state.snapshot?.explanation?.target;
  const text =
    layer && target
      ? fill(strings.announceResult, {
          label: target.label,
          probability: percent(target.probability),
          layer: currentPath(state) ?? layer.tensor,
          height: layer.height,
          width: layer.width,
          channel: layer.top[0]?.channel ?? '–',
        })
      : '';
  return (
    <div class="spoken" aria-live="polite">
      {text}
    </div>
  );
}
