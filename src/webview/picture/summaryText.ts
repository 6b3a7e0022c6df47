import { summaryOf, type MapSummary } from '../../heatmap/summary.js';
import type { Grid } from '../../heatmap/grid.js';
import type { PanelStrings } from '../../protocol/panelStrings.js';
import { fill } from '../common/format.js';

const PLACES = {
  top: { left: 'placeTopLeft', middle: 'placeTop', right: 'placeTopRight' },
  middle: { left: 'placeLeft', middle: 'placeCentre', right: 'placeRight' },
  bottom: { left: 'placeBottomLeft', middle: 'placeBottom', right: 'placeBottomRight' },
} as const satisfies Record<MapSummary['vertical'], Record<MapSummary['horizontal'], keyof PanelStrings>>;

/** A map in a sentence, for those who do not see it; empty where it says nothing about places. */
export function summaryText(
  map: Grid,
  input: { readonly inputWidth: number; readonly inputHeight: number },
  strings: PanelStrings,
  percent: (fraction: number) => string,
): string {
  const summary = summaryOf(map, input.inputWidth, input.inputHeight);
  if (!summary) return '';
  const place = strings[PLACES[summary.vertical][summary.horizontal]];
  return fill(strings.announceMap, { place, share: percent(summary.share) });
}
