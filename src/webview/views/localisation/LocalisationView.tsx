import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Region } from '../../../protocol/annotations.js';
import { METHOD_FACTS, METHODS, type MethodId } from '../../../protocol/methods.js';
import { regionsFor, regionsMask } from '../../../heatmap/iou.js';
import { ChoicePicker } from '../../common/ChoicePicker.js';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';
import { currentPath } from '../../state/selectors.js';
import { toggled } from '../shared/choices.js';
import { LayerButton } from '../shared/LayerButton.js';
import { markedText } from '../shared/markedText.js';
import { useOffered } from '../shared/offered.js';
import type { ViewProps } from '../shared/view.js';
import { ViewBar } from '../shared/ViewBar.js';
import { LOCALISATION_CHOICE, partsFor, type LocalisationChoice } from './choice.js';
import { CoverSlider } from './CoverSlider.js';
import { LargeShot } from './LargeShot.js';
import { localisationFigure, type FigureTexts } from './localisationFigure.js';
import { MarkedNote } from './MarkedNote.js';
import { MethodShot, PictureShot, shotOf, type MarkedPicture } from './Shots.js';
import { ThresholdSlider } from './ThresholdSlider.js';

const METHOD_CHOICES = METHODS.map((id) => ({ id, text: METHOD_FACTS[id].label, note: '' }));
const NO_REGIONS: readonly Region[] = [];

/** The picture masked by each method's map, with what is marked in it and the IoU (the paper's Figure 5). */
export function LocalisationView(props: ViewProps<LocalisationChoice>): VNode {
  const { model, explanation, choice, choose } = props;
  const { state, strings } = usePage();
  const { target } = explanation;
  const { width, height } = props.picture.crop;
  const tensor = state.tensor ?? '';
  const { results, offer } = useOffered(partsFor(choice.methods, target.index, tensor));
  const base = useMarkedPicture(props);
  const figureTexts = useFigureTexts(props, base.regions);
  const shots = choice.methods.map((method) => shotOf(method, results, target.index, tensor));
  const change = (part: Partial<LocalisationChoice>): void => {
    choose({ ...choice, ...part });
  };
  const working = results.status.kind === 'working';
  const [large, setLarge] = useState<MethodId | null>(null);
  return (
    <div class="view localisation">
      <ViewBar
        results={results}
        offer={offer}
        name="localisation"
        about={{ layer: currentPath(state), label: target.label, method: null }}
        disabled={shots.every(({ layer }) => !layer)}
        figure={() => localisationFigure(shots, base, figureTexts)}
      >
        <LayerButton model={model} />
        <ChoicePicker
          label={strings.methods}
          choices={METHOD_CHOICES}
          isChosen={({ id }) => choice.methods.includes(id)}
          onToggle={({ id }) => {
            change({ methods: toggled(choice.methods, id, METHODS) });
          }}
          onReset={() => {
            change({ methods: LOCALISATION_CHOICE.initial.methods });
          }}
        />
        <ThresholdSlider
          k={choice.k}
          onChange={(k) => {
            change({ k });
          }}
        />
        <CoverSlider />
      </ViewBar>
      <div class="view-scroll">
        <MarkedNote
          annotations={subjectOf(state)?.annotations ?? null}
          regions={base.regions}
          label={target.label}
        />
        <div class="shots" style={{ '--ratio': width / height }} aria-busy={working}>
          <PictureShot base={base} />
          {shots.map((shot) => (
            <MethodShot
              key={shot.method}
              shot={shot}
              base={base}
              onOpen={() => {
                setLarge(shot.method);
              }}
            />
          ))}
        </div>
        {shots.length === 0 && <p class="view-note">{strings.localisationNoMethod}</p>}
      </div>
      {large && (
        <LargeShot
          method={large}
          shots={shots}
          base={base}
          onGo={setLarge}
          onClose={() => {
            setLarge(null);
          }}
        />
      )}
    </div>
  );
}

function useMarkedPicture(props: ViewProps<LocalisationChoice>): MarkedPicture {
  const { model, picture, explanation, choice } = props;
  const { state } = usePage();
  const { inputWidth, inputHeight } = model.preprocessing;
  const all = subjectOf(state)?.annotations?.regions ?? NO_REGIONS;
  const target = explanation.target.index;
  const regions = useMemo(() => regionsFor(all, target), [all, target]);
  const marked = useMemo(() => {
    const shapes = regions.map(({ shape }) => shape);
    return shapes.length > 0 ? regionsMask(shapes, inputWidth, inputHeight) : null;
  }, [regions, inputWidth, inputHeight]);
  const marks = useMemo(
    () => ({ shapes: regions.map(({ shape }) => shape), inputWidth, inputHeight }),
    [regions, inputWidth, inputHeight],
  );
  return { picture, regions, marked, marks, cover: state.display.opacity, k: choice.k };
}

function useFigureTexts(
  { explanation, choice }: ViewProps<LocalisationChoice>,
  regions: readonly Region[],
): FigureTexts {
  const { state, strings, percent } = usePage();
  return {
    strings,
    percent,
    title: fill(strings.localisationFigure, {
      label: explanation.target.label,
      layer: currentPath(state) ?? '',
      threshold: fill(strings.localisationSigma, { k: choice.k.toFixed(1) }),
    }),
    subtitle: regions.length > 0 ? markedText(regions, strings) : '',
    picture: subjectOf(state)?.image.name ?? '',
  };
}
