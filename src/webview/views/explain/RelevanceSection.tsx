import type { VNode } from 'preact';
import type { LayerExplanation } from '../../../protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import { formatValue } from '../../../protocol/numbers.js';
import { fill } from '../../common/format.js';
import { Section } from '../../common/Section.js';
import { usePage } from '../../state/page.js';

export interface RelevanceSectionProps {
  readonly layer: LayerExplanation;
  readonly method: MethodId;
}

/** What there is to say of a layer besides its channels: that they have no weights, and what became of the relevance. */
export function RelevanceSection({ layer, method }: RelevanceSectionProps): VNode | null {
  const { strings, percent } = usePage();
  const { label, weighsChannels } = METHOD_FACTS[method];
  const { relevanceSum } = layer;
  if (weighsChannels && relevanceSum === null) return null;
  // LRP begins with all relevance at the class; the other seed sums up to nothing, and so does what comes of it.
  const conserves = method === 'lrp';
  return (
    <>
      {!weighsChannels && (
        <Section title={strings.channels}>
          <p class="side-line quiet">{fill(strings.weighsNoChannels, { method: label })}</p>
        </Section>
      )}
      {relevanceSum !== null &&
        (conserves ? (
          <Section title={strings.relevance}>
            <Fact text={strings.conserved} hint={strings.conservedHint} value={percent(relevanceSum)} />
          </Section>
        ) : (
          <details class="section side-details">
            <summary>{strings.details}</summary>
            <Fact
              text={strings.relevanceSum}
              hint={strings.relevanceSumHint}
              value={formatValue(relevanceSum)}
            />
          </details>
        ))}
    </>
  );
}

interface FactProps {
  readonly text: string;
  readonly hint: string;
  readonly value: string;
}

function Fact({ text, hint, value }: FactProps): VNode {
  return (
    <p class="side-line fact" title={hint}>
      <span>{text}</span>
      <span class="number">{value}</span>
    </p>
  );
}
