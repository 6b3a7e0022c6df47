import type { VNode } from 'preact';

/** Grey lines where text will be. */
export function Skeleton({ lines }: { readonly lines: number }): VNode {
  return (
    <div class="skeleton-lines" aria-hidden="true">
      {Array.from({ length: lines }, (_, line) => (
        // Widths that look like text without being random.
        <div key={line} class="skeleton" style={{ width: `${90 - ((line * 37) % 45)}%` }} />
      ))}
    </div>
  );
}
