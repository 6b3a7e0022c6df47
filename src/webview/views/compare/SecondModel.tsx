import type { VNode } from 'preact';
import { classValueOf } from '../../../protocol/classValue.js';
import { distinctLabels } from '../../../protocol/distinctLabels.js';
import { fill } from '../../common/format.js';
import { IconButton } from '../../common/IconButton.js';
import { Icon } from '../../common/icons.js';
import { usePage, type Page } from '../../state/page.js';
import { NeedNotice } from '../../status/NeedNotice.js';
import type { SecondSide, Sides } from './sides.js';

/** The model to compare with: chosen, how it fares, which of its classes is explained, and removed. */
export function SecondModel({ sides: { first, second } }: { readonly sides: Sides }): VNode {
  const page = usePage();
  const { strings, post } = page;
  const text = second ? second.name : strings.compareSecond;
  return (
    <div class="compare-second">
      <button
        type="button"
        class="pick-button"
        title={second ? fill(strings.compareChangeSecond, { model: text }) : strings.compareSecondHint}
        onClick={() => {
          post({ type: 'second', act: 'choose' });
        }}
      >
        {second && <span class="quiet">{strings.compareWith}</span>}
        <span class="pick-text">{text}</span>
        <Icon name="chevronDown" />
      </button>
      {second && (
        <>
          <IconButton
            icon="close"
            label={fill(strings.compareDropSecond, { model: text })}
            onClick={() => {
              post({ type: 'second', act: 'drop' });
            }}
          />
          <span class="quiet compare-scale-note" role="status">
            {classText(second, first.subject.explanation?.target.label ?? '', page)}
          </span>
          <SecondNotice second={second} />
        </>
      )}
    </div>
  );
}

/** How its explanation fares, and after that what the view lacks of it. */
function SecondNotice({ second: { status, cells } }: { readonly second: SecondSide }): VNode {
  const { post } = usePage();
  const { results } = cells;
  if (status.kind === 'done')
    return <NeedNotice status={results.status} onCancel={results.cancel} onRetry={results.retry} />;
  return (
    <NeedNotice
      status={status}
      onCancel={() => {
        post({ type: 'second', act: 'cancel' });
      }}
      onRetry={() => {
        post({ type: 'second', act: 'retry' });
      }}
    />
  );
}

/** Which of its classes is explained, and why it is that one; empty before that is known. */
export function classText(
  { subject: { model, explanation }, status, sameClass }: SecondSide,
  other: string,
  { strings, classValue }: Pick<Page, 'strings' | 'classValue'>,
): string {
  if (status.kind !== 'done' || !model || !explanation || !sameClass) return '';
  const { index, by } = sameClass;
  const label = distinctLabels(model.labels)[index] ?? '';
  const probability = classValue(classValueOf(explanation, index));
  const texts = {
    name: strings.compareClassByName,
    number: strings.compareClassByNumber,
    prediction: strings.compareClassPredicted,
  };
  return fill(texts[by], { label, probability, other });
}
