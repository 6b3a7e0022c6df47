import type { VNode } from 'preact';
import type { Explanation } from '../../../protocol/explanation.js';
import { fill } from '../../common/format.js';
import { Section } from '../../common/Section.js';
import { usePage } from '../../state/page.js';

/** The five most probable classes as bars; a click explains one. */
export function Predictions({ explanation }: { readonly explanation: Explanation }): VNode {
  const { strings, percent, post } = usePage();
  return (
    <Section title={strings.predictions}>
      <ul class="predictions">
        {explanation.predictions.map(({ index, label, probability }) => {
          const explained = index === explanation.target.index;
          const hint = fill(strings.explainClass, { label, probability: percent(probability) });
          return (
            <li key={index}>
              <button
                type="button"
                class="prediction"
                aria-pressed={explained}
                aria-label={hint}
                title={hint}
                onClick={() => {
                  post({ type: 'selectClass', index });
                }}
              >
                <span class="prediction-label">{label}</span>
                <span class="number">{percent(probability)}</span>
                <span class="bar">
                  <span class="bar-fill" style={{ width: `${100 * probability}%` }} />
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
