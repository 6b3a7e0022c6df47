import { isWhole, type SanityCheck, type SanityStep } from '../../../protocol/sanity.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { fill } from '../../common/format.js';
import type { Values } from '../shared/correlationAxis.js';
import { correlationText } from '../shared/formatCorrelation.js';

/** As far as a check has come. */
export type Chain = Pick<SanityCheck, 'modules' | 'steps' | 'width' | 'height'>;

export const NOT_BEGUN: Chain = { modules: [], steps: [], width: 0, height: 0 };

export interface NamedStep {
  /** The module drawn anew last, or what the original is called. */
  readonly name: string;
  /** null until it is known. */
  readonly step: SanityStep | null;
}

/** All steps, those to come too. */
export function namedSteps({ modules, steps }: Chain, strings: PanelStrings): readonly NamedStep[] {
  return [strings.sanityOriginal, ...modules].map((name, place) => ({ name, step: steps[place] ?? null }));
}

/** Rank correlation and structural similarity, step by step. */
export function curvesOf({ modules, steps }: Chain): readonly [rank: Values, ssim: Values] {
  const places = [...modules.keys(), modules.length];
  return [
    places.map((place) => valueOf(steps[place], 'spearman')),
    places.map((place) => valueOf(steps[place], 'ssim')),
  ];
}

/** Both numbers of a step, as the text has it. */
export function numbersText(
  text: PanelStrings['sanityNumbers'],
  step: SanityStep | undefined,
  strings: PanelStrings,
): string {
  return fill(text, {
    rank: correlationText(valueOf(step, 'spearman'), strings),
    ssim: correlationText(valueOf(step, 'ssim'), strings),
  });
}

/** What has become of the map in the end; nothing before. */
export function resultText(chain: Chain, strings: PanelStrings): string {
  return isWhole(chain) ? numbersText(strings.sanityResult, chain.steps.at(-1), strings) : '';
}

/** A map that is not finite is like none, and not flat. */
function valueOf(step: SanityStep | undefined, of: 'spearman' | 'ssim'): Values[number] {
  return step && step.map !== null ? step[of] : undefined;
}
