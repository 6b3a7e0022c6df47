import type { VNode } from 'preact';
import { Icon, type IconProps } from './icons.js';

export interface IconButtonProps {
  readonly icon: IconProps['name'];
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

/** A button that shows an icon alone. */
export function IconButton({ icon, label, disabled = false, onClick }: IconButtonProps): VNode {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      // Stays in the order of tabs: at the end of a way the keyboard is on it.
      aria-disabled={disabled}
      onClick={() => {
        if (!disabled) onClick();
      }}
    >
      <Icon name={icon} />
    </button>
  );
}
