import type { VNode } from 'preact';
import type { Region } from '../../../protocol/annotations.js';
import type { PanelAnnotations } from '../../../protocol/panel.js';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';
import { markedHint } from '../shared/markedText.js';

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
      : markedHint(annotations.regions, regions, label, strings, strings.localisationNoneOfClass);
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
