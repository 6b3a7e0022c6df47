import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import type { NeedPart, Subject } from '../../../protocol/panel.js';
import { usePage } from '../../state/page.js';
import { subjectOf, type PageState } from '../../state/pageState.js';
import { currentLayer } from '../../state/selectors.js';
import { useResults } from '../../state/useResults.js';
import { Skeleton } from '../../status/Skeleton.js';
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
  const { state, strings, topChannels } = usePage();
  const model = subject?.model ?? null;
  const explanation = subject?.explanation ?? null;
  const results = useResults(useMemo(() => chosenLayer(state, topChannels), [state, topChannels]));
  return (
    <div class="columns">
      <nav class="layers" aria-label={strings.layers}>
        {model ? <LayerPanel model={model} /> : <Skeleton lines={14} />}
      </nav>
      <div class="center">
        <PicturePane results={results} />
        {model && explanation && <DepthStrip model={model} explanation={explanation} />}
      </div>
      <aside class="side">
        {subject && explanation ? <Side subject={subject} /> : <Skeleton lines={12} />}
      </aside>
    </div>
  );
}

/** A method that takes a pass a channel explains no layer but the chosen one. */
function chosenLayer(state: PageState, top: number): readonly NeedPart[] {
  const { tensor } = state;
  const explanation = subjectOf(state)?.explanation;
  if (!explanation || tensor === null || !METHOD_FACTS[explanation.method].perChannel) return [];
  const { method, target } = explanation;
  return [{ methods: [method], targets: [target.index], layers: [tensor], top, carried: false }];
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
