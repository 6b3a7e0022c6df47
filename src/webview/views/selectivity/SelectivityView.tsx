import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import * as v from 'valibot';
import { baseName } from '../../../protocol/fileNames.js';
import { METHODS, METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import { fileOfModel } from '../../../protocol/model.js';
import { ChoicePicker } from '../../common/ChoicePicker.js';
import type { Figure } from '../../figure/figure.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';
import { currentPath } from '../../state/selectors.js';
import { cellState } from '../shared/cellState.js';
import { toggled } from '../shared/choices.js';
import { COLUMN_ORDER, PAPER_METHODS } from '../shared/columnOrder.js';
import { LayerButton } from '../shared/LayerButton.js';
import { useCells } from '../shared/onDemand.js';
import type { ChoiceShape, ViewProps } from '../shared/view.js';
import { ViewBar } from '../shared/ViewBar.js';
import { MethodCard } from './MethodCard.js';
import { Ranked } from './Ranked.js';
import { commonRange, rankingOf, TOP } from './ranking.js';
import { selectivityFigure } from './selectivityFigure.js';

/** What the plots' upright axis shows; the same in every language. */
const WEIGHT_AXIS = 'α / max |α|';

const CHOICE = v.object({ methods: v.pipe(v.array(v.picklist(METHODS)), v.readonly()) });
type SelectivityChoice = v.InferOutput<typeof CHOICE>;

export const SELECTIVITY_CHOICE: ChoiceShape<SelectivityChoice> = {
  schema: CHOICE,
  initial: { methods: PAPER_METHODS },
};

const WEIGHING = COLUMN_ORDER.filter((method) => METHOD_FACTS[method].weighsChannels);

/** How few of a layer's channels each method goes by (the paper's Figure 4). */
export function SelectivityView(props: ViewProps<SelectivityChoice>): VNode {
  const { state, strings, percent, classValue } = usePage();
  const { model, picture, explanation, choice, choose } = props;
  const { target } = explanation;
  const { methods } = choice;
  const tensor = state.tensor ?? '';
  const tensors = useMemo(() => [tensor], [tensor]);
  const cells = useCells(model.input.name, methods, tensors, target.index, TOP);
  const [channel, setChannel] = useState<number | null>(null);
  const passes = model.layers.find((layer) => layer.tensor === tensor)?.channels ?? 0;
  const path = currentPath(state) ?? tensor;

  const { results } = cells;
  const rankings = useMemo(
    () =>
      methods.flatMap((method) => {
        const layer = results.layer(method, target.index, tensor);
        const through = results.partial(method, target.index, tensor);
        return (layer && rankingOf(method, layer, through)) ?? [];
      }),
    [results, methods, target.index, tensor],
  );
  const range = useMemo(() => commonRange(rankings), [rankings]);
  const figure = (): Figure =>
    selectivityFigure({
      title: `${subjectOf(state)?.image.name ?? ''}: ${target.label}, ${classValue(target)}`,
      subtitle: `${baseName(fileOfModel(model))} · ${path} · ${WEIGHT_AXIS}`,
      rankings,
      picture,
      display: state.display,
      strings,
      percent,
    });
  return (
    <div class="view selectivity">
      <ViewBar
        results={results}
        name="selectivity"
        about={{ layer: path, label: target.label, method: null }}
        figure={figure}
        disabled={rankings.length === 0}
      >
        <LayerButton model={model} />
        <ChoicePicker
          label={strings.methods}
          choices={WEIGHING.map((id) => ({ id, text: METHOD_FACTS[id].label, note: '' }))}
          isChosen={({ id }) => methods.includes(id)}
          onToggle={({ id }) => {
            choose({ methods: toggled<MethodId>(methods, id, WEIGHING) });
          }}
          onReset={() => {
            choose(SELECTIVITY_CHOICE.initial);
          }}
        />
      </ViewBar>
      <p class="view-caption">
        <span class="number">{WEIGHT_AXIS}</span> <span class="quiet">{strings.selectivityNote}</span>
      </p>
      {methods.length === 0 && <p class="quiet padded">{strings.selectivityEmpty}</p>}
      <div class="view-scroll method-cards">
        {methods.map((method) => (
          <MethodCard
            key={method}
            method={method}
            state={cellState(cells, { method, tensor }, target.index)}
            hoyer={rankings.find((ranking) => ranking.method === method)?.hoyer ?? null}
            path={path}
            passes={passes}
            onRun={() => {
              cells.run([{ method, tensor }]);
            }}
            onCancel={cells.stop}
          >
            {rankings
              .filter((ranking) => ranking.method === method)
              .map((ranking) => (
                <Ranked
                  key={method}
                  ranking={ranking}
                  range={range}
                  picture={picture}
                  channel={channel}
                  onChannel={setChannel}
                />
              ))}
          </MethodCard>
        ))}
      </div>
    </div>
  );
}
