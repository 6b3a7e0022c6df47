import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import type { Subject } from '../../../protocol/panel.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';
import { currentLayer } from '../../state/selectors.js';
import { Skeleton } from '../../status/Skeleton.js';
import { useCells, type CellResults } from '../shared/onDemand.js';
import { DepthStrip } from './DepthStrip.js';
import { Expected } from './Expected.js';
import { PicturePane } from './PicturePane.js';
import { Predictions } from './Predictions.js';
import { PreprocessingSection } from './preprocessing/PreprocessingSection.js';
import { RelevanceSection } from './RelevanceSection.js';
import { TopChannels } from './TopChannels.js';
import { LayerPanel } from './tree/LayerPanel.js';
import { WeightsPlot } from './WeightsPlot.js';

/** The layers, the picture with the chosen layer's map over it, and what the map is made of. */
export function ExplainView({ subject }: { readonly subject: Subject | null }): VNode {
  const { strings } = usePage();
  const cells = useChosenCell();
  const model = subject?.model ?? null;
  const explanation = subject?.explanation ?? null;
  return (
    <div class="columns">
      <nav class="layers" aria-label={strings.layers}>
        {model ? <LayerPanel model={model} /> : <Skeleton lines={14} />}
      </nav>
      <div class="center">
        <PicturePane cells={cells} />
        {model && explanation && <DepthStrip model={model} explanation={explanation} />}
      </div>
      <aside class="side">
        {subject && explanation ? <Side subject={subject} /> : <Skeleton lines={12} />}
      </aside>
    </div>
  );
}

/** A method that takes a pass a channel explains no layer but the chosen one, and that when it is asked to. */
function useChosenCell(): CellResults {
  const { state, topChannels } = usePage();
  const { tensor } = state;
  const subject = subjectOf(state);
  const explanation = subject?.explanation ?? null;
  const method = explanation?.method ?? null;
  const methods = useMemo(
    () => (method !== null && METHOD_FACTS[method].perChannel ? [method] : []),
    [method],
  );
  const layers = useMemo(() => (tensor === null ? [] : [tensor]), [tensor]);
  const pixels = subject?.model?.input.name ?? '';
  return useCells(pixels, methods, layers, explanation?.target.index ?? 0, topChannels);
}

function Side({ subject }: { readonly subject: Subject }): VNode {
  const { state } = usePage();
  const { model, picture, explanation, expected, preprocessing } = subject;
  const layer = currentLayer(state);
  return (
    <>
      {model && explanation && <Predictions model={model} explanation={explanation} />}
      {model && explanation && <Expected model={model} explanation={explanation} expected={expected} />}
      {layer?.weights && <TopChannels layer={layer} weights={layer.weights} />}
      {layer?.weights && <WeightsPlot key={layer.tensor} weights={layer.weights} />}
      {layer && explanation && <RelevanceSection layer={layer} method={explanation.method} />}
      {preprocessing && (
        <PreprocessingSection
          value={preprocessing.value}
          source={preprocessing.source}
          seen={picture?.seen ?? null}
        />
      )}
    </>
  );
}
