import type { ComponentChildren, VNode } from 'preact';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';

export interface LargeButtonProps {
  /** What the map is of. */
  readonly what: string;
  /** null where there is nothing more to see. */
  readonly onOpen: (() => void) | null;
  /** The map. */
  readonly children: ComponentChildren;
}

/** A map that opens large. */
export function LargeButton({ what, onOpen, children }: LargeButtonProps): VNode {
  const { strings } = usePage();
  if (!onOpen) return <>{children}</>;
  const label = fill(strings.openMapLarge, { what });
  return (
    <button type="button" class="map-button" aria-label={label} title={label} onClick={onOpen}>
      {children}
    </button>
  );
}
