import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { classValueOf } from '../../../protocol/classValue.js';
import { distinctLabels } from '../../../protocol/distinctLabels.js';
import { baseName } from '../../../protocol/fileNames.js';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import { fileOfModel } from '../../../protocol/model.js';
import { ClassPicker } from '../../classPicker/ClassPicker.js';
import { fill } from '../../common/format.js';
import { Icon } from '../../common/icons.js';
import { Popover } from '../../common/Popover.js';
import { DisplayControls } from '../../picture/DisplayControls.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';
import { currentPath } from '../../state/selectors.js';
import { CorrelationLegend, CorrelationPlot } from '../shared/CorrelationPlot.js';
import { correlationText } from '../shared/formatCorrelation.js';
import type { LargePlace } from '../shared/largeGrid.js';
import { LayerButton } from '../shared/LayerButton.js';
import { useOffered } from '../shared/offered.js';
import type { ViewProps } from '../shared/view.js';
import { ViewBar } from '../shared/ViewBar.js';
import { classesFor, layersFor, type ClassesChoice } from './choice.js';
import { classesFigure } from './classesFigure.js';
import { ClassGrid, type ClassRow } from './ClassGrid.js';
import { CorrelationTable, pairLabel, type CorrelationTableProps } from './CorrelationText.js';
import { LargeClass } from './LargeClass.js';
import { MAX_PAIRED, pairsOf } from './pairs.js';

/** Several classes from shallow layers to deep ones, and how far their maps differ (the paper's Figures 6 and 7). */
export function ClassesView(props: ViewProps<ClassesChoice>): VNode {
  const { model, picture, explanation, choice } = props;
  const page = usePage();
  const { state, strings, announce } = page;
  const { method } = explanation;
  const [bare, setBare] = useState(false);
  const [large, setLarge] = useState<LargePlace | null>(null);
  const expected = subjectOf(state)?.expected ?? null;
  const targets = useMemo(() => classesFor(choice, explanation, expected), [choice, explanation, expected]);
  const { perChannel } = METHOD_FACTS[method];
  const only = perChannel ? state.tensor : null;
  const layers = useMemo(() => layersFor(model, only), [model, only]);
  const tensors = layers.map(({ tensor }) => tensor);
  const { results, offer } = useOffered([
    { methods: [method], targets, layers: tensors, top: 1, carried: false },
  ]);
  const labels = useMemo(() => distinctLabels(model.labels), [model]);
  const rows = useMemo(
    () =>
      targets.map((target): ClassRow => ({
        target,
        label: labels[target] ?? '',
        ...classValueOf(explanation, target),
        layers: layers.map(({ tensor }) => results.layer(method, target, tensor)),
        through: layers.map(({ tensor }) => results.partial(method, target, tensor)),
      })),
    [targets, layers, results, method, labels, explanation],
  );
  const { inputWidth, inputHeight } = model.preprocessing;
  const pairs = useMemo(() => pairsOf(rows, inputWidth, inputHeight), [rows, inputWidth, inputHeight]);
  const blockers = layers.map(({ tensor }) => results.blocked(method, tensor));
  const choose = (chosen: readonly number[]): void => {
    props.choose({ targets: chosen });
  };
  return (
    <div class="view classes">
      <ViewBar
        results={results}
        offer={offer}
        name="classes"
        about={{ layer: perChannel ? currentPath(state) : null, label: null, method }}
        disabled={rows.every((row) => row.layers.every((layer) => !layer))}
        figure={() =>
          classesFigure(
            {
              ...{ rows, layers, pairs, picture, method },
              labels,
              display: state.display,
              image: subjectOf(state)?.image.name ?? '',
              model: baseName(fileOfModel(model)),
            },
            page,
          )
        }
      >
        <Popover
          popup="dialog"
          buttonClass="pick-button"
          label={strings.classesAdd}
          button={
            <>
              <span>{strings.classesAdd}</span>
              <Icon name="chevronDown" />
            </>
          }
        >
          <ClassPicker
            labels={model.labels}
            answer={explanation}
            current={null}
            onPick={(index) => {
              if (targets.includes(index)) return;
              choose([...targets, index]);
              announce(fill(strings.announceAdded, { what: labels[index] ?? '' }));
            }}
          />
        </Popover>
        {perChannel && <LayerButton model={model} />}
      </ViewBar>
      <DisplayControls bare={bare} onBare={setBare} />
      <div class="view-scroll">
        <ClassGrid
          {...{ rows, layers, blockers, picture, bare }}
          onOpen={setLarge}
          onRemove={
            targets.length > 1
              ? (target) => {
                  choose(targets.filter((other) => other !== target));
                  announce(fill(strings.announceRemoved, { what: labels[target] ?? '' }));
                }
              : null
          }
          foot={pairs.length > 0 ? <PlotRow pairs={pairs} layers={layers} labels={labels} /> : null}
        />
        {targets.length < 2 && <p class="view-note">{strings.classesOne}</p>}
        {targets.length > MAX_PAIRED && <p class="view-note">{strings.classesFirstPairs}</p>}
        {pairs.length > 0 && <CorrelationTable pairs={pairs} layers={layers} labels={labels} />}
      </div>
      {large && (
        <LargeClass
          {...{ rows, layers, picture }}
          place={large}
          onGo={setLarge}
          onClose={() => {
            setLarge(null);
          }}
        />
      )}
    </div>
  );
}

/** The plot under the maps, each point below those that it compares. */
function PlotRow(props: CorrelationTableProps): VNode {
  const { strings } = usePage();
  const { pairs, layers, labels } = props;
  const label = pairs
    .map((pair) => {
      const values = pair.values.map((value) => correlationText(value, strings)).join(', ');
      return `${pairLabel(pair, labels, strings)}: ${values}`;
    })
    .join('; ');
  return (
    <tr>
      <th scope="row" title={strings.classesCorrelationHint}>
        <span class="class-name">{strings.classesCorrelation}</span>
      </th>
      <td colSpan={layers.length}>
        <CorrelationPlot
          lines={pairs.map(({ values }) => values)}
          columns={layers.length}
          label={`${strings.classesPairs}. ${label}`}
        />
        <CorrelationLegend names={pairs.map((pair) => pairLabel(pair, labels, strings))} />
      </td>
    </tr>
  );
}
