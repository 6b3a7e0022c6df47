import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { sanityCsv } from '../../../evaluation/export/sanityCsv.js';
import { sanityJson } from '../../../evaluation/export/sanityJson.js';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import { fileOfModel, type Blocker } from '../../../protocol/model.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { isWhole, SANITY_SEED } from '../../../protocol/sanity.js';
import { blockedText } from '../../common/blockedText.js';
import { fill } from '../../common/format.js';
import { DisplayControls } from '../../picture/DisplayControls.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';
import { currentBlocker, currentLayer, currentPath } from '../../state/selectors.js';
import { LayerButton } from '../shared/LayerButton.js';
import type { ShownProps } from '../shared/view.js';
import { ViewBar } from '../shared/ViewBar.js';
import { SanityChain } from './SanityChain.js';
import { sanityFigure } from './sanityFigure.js';
import { SanityPlot, SanityTable } from './SanityPlot.js';
import { resultText } from './steps.js';
import { useSanity } from './useSanity.js';

/** Whether the map depends on what the model has learned (Adebayo et al. 2018; the paper's Figure 8). */
export function SanityView({ model, picture, explanation }: ShownProps): VNode {
  const { state, strings, post } = usePage();
  const [bare, setBare] = useState(false);
  const { method, target } = explanation;
  const { tensor } = state;
  const blocker = currentBlocker(state);
  const part =
    method === 'score-cam' || tensor === null || blocker ? null : { method, tensor, target: target.index };
  const { chain, run, ...need } = useSanity(part);
  const label = METHOD_FACTS[method].label;
  const reason = part ? null : noCheckText(blocker, label, strings);
  const layer = currentPath(state) ?? '';
  const image = subjectOf(state)?.image.name ?? '';
  const { modules, steps } = chain;
  const saveCsv = (): void => {
    const csv = sanityCsv([{ picture: image, label: target.label, method, layer, modules, steps }]);
    post({ type: 'saveValues', name: 'sanity.csv', text: csv });
  };
  const saveJson = (): void => {
    const chains = part ? [{ ...part, steps }] : [];
    const pictures = [{ picture: image, target, chains }];
    const told = sanityJson({ model: fileOfModel(model), seed: SANITY_SEED, modules, pictures }, () => layer);
    post({ type: 'saveValues', name: 'sanity.json', text: `${JSON.stringify(told, null, 2)}\n` });
  };
  const hasBegun = chain.steps.length > 0;
  const isIdle = need.status.kind === 'done' && !isWhole(chain);
  return (
    <div class="view sanity">
      <ViewBar
        results={need}
        name="sanity"
        about={{ layer: currentPath(state), label: target.label, method }}
        disabled={!hasBegun}
        figure={() =>
          sanityFigure(
            { chain, picture, display: state.display },
            { title: `${image}: ${target.label}`, subtitle: [label, layer, strings.sanityAxis].join(' · ') },
            strings,
          )
        }
        more={[
          { text: strings.saveTable, act: saveCsv },
          { text: strings.saveJson, act: saveJson },
        ]}
      >
        <LayerButton model={model} />
      </ViewBar>
      <DisplayControls bare={bare} onBare={setBare} />
      <div class="view-scroll">
        <p class="view-note">{strings.sanityHow}</p>
        <p class="sanity-result" role="status">
          {reason ?? resultText(chain, strings)}
        </p>
        {hasBegun && <SanityPlot chain={chain} />}
        {reason === null && (
          <SanityChain
            chain={chain}
            layer={currentLayer(state)}
            picture={picture}
            bare={bare}
            running={need.status.kind === 'working'}
            onRun={isIdle ? run : null}
          />
        )}
        {hasBegun && <SanityTable chain={chain} />}
      </div>
    </div>
  );
}

/** Why the map cannot be checked. */
function noCheckText(blocker: Blocker | null, method: string, strings: PanelStrings): string {
  return blocker ? blockedText(blocker, strings) : fill(strings.sanityNone, { method });
}
