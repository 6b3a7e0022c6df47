import type { VNode } from 'preact';
import type { Region } from '../../../protocol/annotations.js';
import type { PanelAnnotations } from '../../../protocol/panel.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';

export interface MarkedNoteProps {
  /** null until they were looked for. */
  readonly annotations: PanelAnnotations | null;
  /** Those that count for the class. */
  readonly regions: readonly Region[];
  /** Of the class. */
  readonly label: string;
}

/** Where what is marked comes from, or why there is nothing to measure against. */
export function MarkedNote({ annotations, regions, label }: MarkedNoteProps): VNode | null {
  const { state, strings } = usePage();
  if (!annotations) return null;
  const { problems } = annotations;
  const text =
    annotations.regions.length === 0
      ? fill(strings.localisationNothing, { name: stemOf(subjectOf(state)?.image.name ?? '') })
      : regions.length === 0
        ? fill(strings.localisationNoneOfClass, {
            files: filesOf(annotations.regions),
            names: namesOf(annotations.regions, strings),
            label,
          })
        : `${strings.localisationMarked}: ${markedText(regions, strings)}`;
  return (
    <div class="view-note" role="status">
      <p>{text}</p>
      {problems.map((problem) => (
        <p key={problem} class="view-problem">
          {problem}
        </p>
      ))}
    </div>
  );
}

function stemOf(file: string): string {
  return file.replace(/\.[^.]*$/, '');
}

/** What is marked and by which files. */
export function markedText(regions: readonly Region[], strings: PanelStrings): string {
  return fill(strings.localisationMarkedAs, { names: namesOf(regions, strings), files: filesOf(regions) });
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
