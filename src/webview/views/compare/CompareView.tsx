import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { LayerExplanation } from '../../../protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import { ChoicePicker } from '../../common/ChoicePicker.js';
import { fill } from '../../common/format.js';
import { Segmented } from '../../common/Segmented.js';
import type { Figure } from '../../figure/figure.js';
import { DisplayControls } from '../../picture/DisplayControls.js';
import { Legend } from '../../picture/Legend.js';
import { usePage } from '../../state/page.js';
import { subjectOf, type KnownSubject } from '../../state/pageState.js';
import type { Scale } from '../../state/selectors.js';
import { toggled } from '../shared/choices.js';
import { COLUMN_ORDER } from '../shared/columnOrder.js';
import type { ViewProps } from '../shared/view.js';
import { ViewBar } from '../shared/ViewBar.js';
import {
  hasOneZero,
  legendScale,
  scaleOfMap,
  useCompareChoice,
  type CompareKept,
  type CompareChoice,
} from './compareChoice.js';
import { compareFigure } from './compareFigure.js';
import { CompareGrid, type GridPlace } from './CompareGrid.js';
import { LargeCell } from './LargeCell.js';
import { classText, SecondModel } from './SecondModel.js';
import { useSides } from './sides.js';

/** Methods side by side, by one model or two, from deep layers to shallow ones (the paper's Figure 3, the other way round). */
export function CompareView(props: ViewProps<CompareKept>): VNode | null {
  const subject = subjectOf(usePage().state);
  return subject && <Compared {...props} subject={subject} />;
}

function Compared({ subject, ...props }: ViewProps<CompareKept> & { readonly subject: KnownSubject }): VNode {
  const { picture, explanation } = props;
  const page = usePage();
  const { state, strings, classValue } = page;
  const { target } = explanation;
  const choice = useCompareChoice(props, strings.inputPixels);
  const { methods, layers, scale } = choice;
  const colors = { methods, scale, colorMap: state.display.colorMap };
  const sides = useSides(subject, { methods, rows: layers }, target.index);
  const { first, second } = sides;
  const [bare, setBare] = useState(false);
  const [large, setLarge] = useState<GridPlace | null>(null);
  const scaleOf = ({ map }: LayerExplanation): Scale => scaleOfMap(map, colors);

  const figure = (): Figure =>
    compareFigure(
      {
        title: `${subject.image.name}: ${target.label}, ${classValue(target)}`,
        subtitle: [
          first.name,
          ...(second ? [`${second.name} (${classText(second, target.label, page)})`] : []),
        ].join(' · '),
        ...{ choice, sides, picture, scaleOf },
        display: state.display,
        bar: {
          colorMap: state.display.colorMap,
          scale: legendScale(colors),
          note: hasOneZero(colors) ? strings.compareShared : strings.compareOwn,
        },
      },
      page,
    );
  const isEmpty = methods.length === 0 || layers.length === 0;
  return (
    <div class="view compare">
      <ViewBar
        results={first.cells.results}
        name="compare"
        about={{ layer: null, label: target.label, method: null }}
        figure={figure}
        disabled={isEmpty}
      >
        <Pickers choice={choice} />
        <ScaleChoice choice={choice} />
        <SizeChoice choice={choice} />
        <SecondModel sides={sides} />
      </ViewBar>
      <DisplayControls bare={bare} onBare={setBare} />
      {isEmpty ? (
        <p class="quiet padded">{strings.compareEmpty}</p>
      ) : (
        <div class="view-scroll compare-scroll">
          <CompareGrid
            label={fill(strings.compareGrid, { label: target.label })}
            onOpen={setLarge}
            {...{ choice, sides, picture, bare, scaleOf }}
          />
        </div>
      )}
      {large && (
        <LargeCell
          place={large}
          {...{ choice, sides, scaleOf }}
          onGo={setLarge}
          onClose={() => {
            setLarge(null);
          }}
        />
      )}
    </div>
  );
}

interface PickersProps {
  readonly choice: CompareChoice;
}

function Pickers({ choice }: PickersProps): VNode {
  const { strings } = usePage();
  const { methods, layers, allLayers } = choice;
  const methodChoices = COLUMN_ORDER.map((id) => ({ id, text: METHOD_FACTS[id].label, note: '' }));
  const layerChoices = allLayers.map((layer) => ({
    id: layer.tensor,
    text: layer.path,
    note: fill(strings.layerSize, { height: layer.height, width: layer.width }),
    layer,
  }));
  return (
    <>
      <ChoicePicker
        label={strings.methods}
        choices={methodChoices}
        isChosen={({ id }) => methods.includes(id)}
        onToggle={({ id }) => {
          choice.setMethods(toggled<MethodId>(methods, id, COLUMN_ORDER));
        }}
        onReset={() => {
          choice.setMethods(null);
        }}
      />
      <ChoicePicker
        label={strings.layers}
        choices={layerChoices}
        isChosen={({ layer }) => layers.includes(layer)}
        onToggle={({ layer }) => {
          choice.setLayers(toggled(layers, layer, allLayers));
        }}
        onReset={() => {
          choice.setLayers(null);
        }}
      />
    </>
  );
}

function SizeChoice({ choice: { size, setSize } }: Pick<PickersProps, 'choice'>): VNode {
  const { strings } = usePage();
  return (
    <Segmented
      label={strings.compareSize}
      value={size}
      options={[
        { value: 'fit', text: strings.sizeFit, hint: strings.sizeFitHint },
        { value: 'small', text: strings.sizeSmall, hint: strings.sizeSmallHint },
        { value: 'medium', text: strings.sizeMedium, hint: strings.sizeMediumHint },
        { value: 'large', text: strings.sizeLarge, hint: strings.sizeLargeHint },
      ]}
      onChange={setSize}
    />
  );
}

function ScaleChoice({ choice: { scale, methods, setScale } }: Pick<PickersProps, 'choice'>): VNode {
  const { strings, display } = usePage();
  const colors = { methods, scale, colorMap: display.colorMap };
  return (
    <div class="compare-scale">
      <Segmented
        label={strings.scale}
        value={scale}
        options={[
          { value: 'own', text: strings.ownScale, hint: strings.compareOwnHint },
          { value: 'shared', text: strings.sharedScale, hint: strings.compareSharedHint },
        ]}
        onChange={setScale}
      />
      <Legend scale={legendScale(colors)} value={null} />
      <span class="quiet compare-scale-note">
        {hasOneZero(colors) ? strings.compareShared : strings.compareOwn}
      </span>
    </div>
  );
}
