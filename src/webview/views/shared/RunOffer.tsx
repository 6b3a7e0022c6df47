import type { VNode } from 'preact';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import { progressText, useSecondsLeft } from '../../status/remaining.js';

/** What a map costs that is computed only when it is asked for; inside the button that asks for it. */
export function RunOffer({
  passes,
  resumed,
}: {
  readonly passes: number;
  /** Some of them are through. */
  readonly resumed: boolean;
}): VNode {
  const { strings } = usePage();
  return (
    <span class="run">
      <span class="run-act">{resumed ? strings.resume : strings.run}</span>
      <span class="run-note">{fill(strings.passes, { count: passes })}</span>
    </span>
  );
}

/** How far such a map is; inside the button that cancels it. */
export function RunProgress({ fraction }: { readonly fraction: number | null }): VNode {
  const { strings, percent } = usePage();
  const seconds = useSecondsLeft(fraction);
  return (
    <span class="run">
      <span class="run-act">{strings.cancel}</span>
      <span class="run-note">
        {fraction === null ? `${strings.working}…` : progressText(fraction, seconds, strings, percent)}
      </span>
      <span class="bar">
        <span class="bar-fill" style={{ width: `${100 * (fraction ?? 0)}%` }} />
      </span>
    </span>
  );
}
