import type { VNode } from 'preact';

/** That a search finds nothing; there before it is so, since only then it is also said. null: it finds something. */
export function NoMatch({ text }: { readonly text: string | null }): VNode {
  return (
    <p class={text === null ? 'spoken' : 'quiet padded'} role="status">
      {text}
    </p>
  );
}
