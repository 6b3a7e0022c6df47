import type { ComponentChildren, VNode } from 'preact';
import { useId } from 'preact/hooks';

export interface SectionProps {
  readonly title: string;
  /** Beside the title, in plain type. */
  readonly note?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A titled part of a column. */
export function Section({ title, note, children }: SectionProps): VNode {
  const id = useId();
  return (
    <section class="section" aria-labelledby={id}>
      <header class="section-head">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span class="section-note">{note}</span>}
      </header>
      {children}
    </section>
  );
}
