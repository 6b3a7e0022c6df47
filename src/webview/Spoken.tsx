import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { NeedStatus } from '../protocol/panel.js';
import { fill } from './common/format.js';
import { summaryText } from './picture/summaryText.js';
import { usePage } from './state/page.js';
import { isBusy, subjectOf, type PageState } from './state/pageState.js';
import { currentLayer, currentPath, gridOf, isPixels } from './state/selectors.js';
import { useSpokenProgress } from './status/spokenProgress.js';
import { modelNames } from './views/compare/modelNames.js';

/**
 * All that the panel says to assistive technology, in one live region: what has changed is said, the picture before what
 * is explained of it.
 */
export function Spoken({ said }: { readonly said: string }): VNode {
  const { state } = usePage();
  return (
    <div class="spoken" aria-live="polite">
      <p>{usePictureText()}</p>
      <p>{useResultText()}</p>
      {state.subjects.map((_, of) => (
        <SpokenProgress key={of} of={of} />
      ))}
      <p>{said}</p>
    </div>
  );
}

/** How far the panel's own model is with the picture, or a second one, which is named. */
function SpokenProgress({ of }: { readonly of: number }): VNode {
  const { state } = usePage();
  const text = useSpokenProgress(statusOf(state, of));
  const [first, second] = state.subjects;
  const isSecond = of === 1 && first && second;
  return <p>{isSecond && text !== '' ? `${modelNames(first, second)[1]}: ${text}` : text}</p>;
}

/** How far is what one waits for: the explanation, or what the view needs besides. */
function statusOf({ subjects, needs }: PageState, of: number): NeedStatus {
  const subject = subjects[of];
  if (subject && isBusy(subject))
    return { kind: 'working', ...(subject.progress ?? { stage: null, fraction: null }) };
  return needs.get(of)?.status ?? { kind: 'done' };
}

function usePictureText(): string {
  const { state, strings } = usePage();
  const { image, place } = subjectOf(state) ?? { image: null, place: null };
  return image && place ? fill(strings.announcePicture, { name: image.name, ...place }) : '';
}

/** The class and layer explained, and what the map is like. */
function useResultText(): string {
  const { state, strings, classValue, percent } = usePage();
  const layer = currentLayer(state);
  const { model, explanation } = subjectOf(state) ?? { model: null, explanation: null };
  const summary = useMemo(
    () => (layer && model ? summaryText(gridOf(layer), model.preprocessing, strings, percent) : ''),
    [layer, model, strings, percent],
  );
  if (!layer || !explanation) return '';
  const { target } = explanation;
  const { tensor, height, width, top } = layer;
  const [heaviest] = top;
  return [
    fill(strings.announceResult, {
      label: target.label,
      probability: classValue(target),
      layer: isPixels(state) ? strings.inputPixels : (currentPath(state) ?? tensor),
      height,
      width,
    }),
    summary,
    heaviest ? fill(strings.announceHeaviest, { channel: heaviest.channel }) : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
