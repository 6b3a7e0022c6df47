import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { LayerExplanation } from '../../../protocol/explanation.js';
import { baseName } from '../../../protocol/fileNames.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import { fileOfModel } from '../../../protocol/model.js';
import { blockedText } from '../../common/blockedText.js';
import { ChoicePicker } from '../../common/ChoicePicker.js';
import { flatText } from '../../common/flatText.js';
import { fill } from '../../common/format.js';
import { Segmented } from '../../common/Segmented.js';
import type { Figure } from '../../figure/figure.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { DisplayControls } from '../../picture/DisplayControls.js';
import { Legend } from '../../picture/Legend.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';
import type { Scale } from '../../state/selectors.js';
import { cellState } from '../shared/cellState.js';
import { toggled } from '../shared/choices.js';
import { COLUMN_ORDER } from '../shared/columnOrder.js';
import { TOP, useCells, type Cell } from '../shared/onDemand.js';
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
import { CompareGrid } from './CompareGrid.js';
import { LargeCell } from './LargeCell.js';

/** Methods side by side, from deep layers to shallow ones (the paper's Figure 3, the other way round). */
export function CompareView(props: ViewProps<CompareKept>): VNode {
  const { model, picture, explanation } = props;
  const { state, strings, classValue } = usePage();
  const { target } = explanation;
  const choice = useCompareChoice(props, strings.inputPixels);
  const { methods, layers, scale } = choice;
  const colors = { methods, scale, colorMap: state.display.colorMap };
  const tensors = useMemo(() => layers.map(({ tensor }) => tensor), [layers]);
  const cells = useCells(model.input.name, methods, tensors, target.index, TOP);
  const [bare, setBare] = useState(false);
  const [large, setLarge] = useState<Cell | null>(null);
  const scaleOf = ({ map }: LayerExplanation): Scale => scaleOfMap(map, colors);
  const sizeOf = ({ height, width }: LayerChoice): string => fill(strings.layerSize, { height, width });

  const figure = (): Figure =>
    compareFigure({
      title: `${subjectOf(state)?.image.name ?? ''}: ${target.label}, ${classValue(target)}`,
      subtitle: baseName(fileOfModel(model)),
      methods,
      layers,
      stateAt: (method, { tensor }) => cellState(cells, { method, tensor }, target.index),
      reason: (blocker) => blockedText(blocker, strings),
      missing: strings.notComputed,
      flat: (info, layer) => flatText(info, layer, strings),
      size: sizeOf,
      picture,
      display: state.display,
      bar: {
        colorMap: state.display.colorMap,
        scale: legendScale(colors),
        note: hasOneZero(colors) ? strings.compareShared : strings.compareOwn,
      },
      scaleOf,
    });
  const isEmpty = methods.length === 0 || layers.length === 0;
  return (
    <div class="view compare">
      <ViewBar
        results={cells.results}
        name="compare"
        about={{ layer: null, label: target.label, method: null }}
        figure={figure}
        disabled={isEmpty}
      >
        <Pickers choice={choice} sizeOf={sizeOf} />
        <ScaleChoice choice={choice} />
        <SizeChoice choice={choice} />
      </ViewBar>
      <DisplayControls bare={bare} onBare={setBare} />
      {isEmpty ? (
        <p class="quiet padded">{strings.compareEmpty}</p>
      ) : (
        <div class="view-scroll compare-scroll">
          <CompareGrid
            label={fill(strings.compareGrid, { label: target.label })}
            choice={choice}
            cells={cells}
            target={target.index}
            picture={picture}
            bare={bare}
            scaleOf={scaleOf}
            onOpen={setLarge}
          />
        </div>
      )}
      {large && (
        <LargeCell
          cell={large}
          choice={choice}
          cells={cells}
          target={target.index}
          picture={picture}
          scaleOf={scaleOf}
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
  readonly sizeOf: (layer: LayerChoice) => string;
}

function Pickers({ choice, sizeOf }: PickersProps): VNode {
  const { strings } = usePage();
  const { methods, layers, allLayers } = choice;
  const methodChoices = COLUMN_ORDER.map((id) => ({ id, text: METHOD_FACTS[id].label, note: '' }));
  const layerChoices = allLayers.map((layer) => ({
    id: layer.tensor,
    text: layer.path,
    note: sizeOf(layer),
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
