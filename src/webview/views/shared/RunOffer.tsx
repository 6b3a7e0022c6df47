import type { VNode } from 'preact';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { counted, fill, shareText } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import { progressText, useSecondsLeft } from '../../status/remaining.js';

export interface RunOfferProps {
  readonly passes: number;
  /** Which part of them is through, 0 … 1. */
  readonly through: number;
}

/** What a map costs that is computed only when it is asked for; inside the button that asks for it. */
export function RunOffer({ passes, through }: RunOfferProps): VNode {
  const { strings, percent } = usePage();
  return (
    <span class="run">
      <span class="run-act">{through > 0 ? strings.resume : strings.run}</span>
      <span class="run-note">{passesText(passes, through, strings, percent)}</span>
    </span>
  );
}

/** How many passes there are to take, and how many of them are through where some are. */
export function passesText(
  passes: number,
  through: number,
  strings: Pick<PanelStrings, 'passesOne' | 'passes' | 'passesThrough'>,
  percent: (fraction: number) => string,
): string {
  if (through === 0) return counted(passes, strings.passesOne, strings.passes);
  return fill(strings.passesThrough, { count: passes, percent: shareText(through, percent) });
}

/** What is said of a saved map as long as not all of its passes are through; nothing of a final one. */
export function partNote(
  through: number | null,
  { strings, percent }: { readonly strings: PanelStrings; readonly percent: (fraction: number) => string },
): readonly string[] {
  return through === null ? [] : [fill(strings.figurePart, { percent: shareText(through, percent) })];
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
