import type { VNode } from 'preact';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import { currentPath } from '../../state/selectors.js';
import { Button } from '../../toolkit/index.js';
import type { Offer } from './offered.js';
import { passesText } from './RunOffer.js';

export interface OfferNoticeProps {
  readonly offer: Offer;
  readonly className: string;
}

/** What the map of the chosen layer costs, or how much of it was computed before it was stopped; and whether to. */
export function OfferNotice({ offer, className }: OfferNoticeProps): VNode {
  const { state, strings, percent } = usePage();
  const { method, passes, through, run } = offer;
  const cost = { method: METHOD_FACTS[method].label, layer: currentPath(state) ?? '', count: passes };
  return (
    <div class={className} role="status">
      <span>{through > 0 ? passesText(passes, through, strings, percent) : fill(strings.runHint, cost)}</span>
      <Button onClick={run}>{through > 0 ? strings.resume : strings.run}</Button>
    </div>
  );
}
