import type { VNode } from 'preact';
import type { Explanation } from '../../../protocol/explanation.js';
import { answerNotes } from '../../../protocol/answerNotes.js';
import type { ModelInfo } from '../../../protocol/model.js';
import { fill } from '../../common/format.js';
import { Section } from '../../common/Section.js';
import { usePage } from '../../state/page.js';

export interface PredictionsProps {
  readonly model: ModelInfo;
  readonly explanation: Explanation;
}

/** The best five classes, probabilities as bars, and what must be known of them; a click explains one. */
export function Predictions({ model, explanation }: PredictionsProps): VNode {
  const { strings, classValue, post } = usePage();
  return (
    <Section title={strings.predictions}>
      <ul class="predictions">
        {explanation.predictions.map((prediction) => {
          const { index, label, probability } = prediction;
          const value = classValue(prediction);
          const explained = index === explanation.target.index;
          const hint = fill(strings.explainClass, { label, probability: value });
          return (
            <li key={index}>
              <button
                type="button"
                class="prediction"
                aria-pressed={explained}
                title={hint}
                onClick={() => {
                  post({ type: 'selectClass', index });
                }}
              >
                <span class="prediction-label">{label}</span>
                <span class="number">{value}</span>
                {probability !== null && (
                  <span class="bar">
                    <span class="bar-fill" style={{ width: `${100 * probability}%` }} />
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
      {answerNotes(model, explanation, strings, classValue).map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
    </Section>
  );
}
