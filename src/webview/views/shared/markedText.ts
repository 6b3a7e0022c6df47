import type { Region } from '../../../protocol/annotations.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { fill } from '../../common/format.js';

/**
 * What is marked that counts for a class, or that nothing does.
 * @param all what is marked in the picture
 * @param regions those of it that count
 * @param none says that nothing does
 */
export function markedHint(
  all: readonly Region[],
  regions: readonly Region[],
  label: string,
  strings: PanelStrings,
  none: string,
): string {
  if (regions.length > 0) return markedText(regions, strings);
  return fill(none, { files: filesOf(all), names: namesOf(all, strings), label });
}

/** What is marked and by which files. */
export function markedText(regions: readonly Region[], strings: PanelStrings): string {
  const what = { names: namesOf(regions, strings), files: filesOf(regions) };
  return `${strings.localisationMarked}: ${fill(strings.localisationMarkedAs, what)}`;
}

/** Every file once. */
export function filesOf(regions: readonly Region[]): string {
  return [...new Set(regions.map(({ file }) => file))].join(', ');
}

/** Every name once, with how often it stands there where it does so more than once. */
function namesOf(regions: readonly Region[], strings: PanelStrings): string {
  const counts = new Map<string, number>();
  for (const { name } of regions) {
    const shown = name ?? strings.localisationUnnamed;
    counts.set(shown, (counts.get(shown) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => (count > 1 ? `${name} ×${count}` : name)).join(', ');
}
