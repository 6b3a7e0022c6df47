import type { ComponentChildren, VNode } from 'preact';
import { Icon } from './icons.js';
import { Popover, type PopoverProps } from './Popover.js';

export interface PickButtonProps extends Pick<PopoverProps, 'label' | 'popup'> {
  /** What there is to choose. */
  readonly caption: string;
  /** What is chosen. */
  readonly text: string;
  /** A number that belongs to it. */
  readonly value?: string;
  readonly children: ComponentChildren;
}

/** A button that says what is chosen; opens the choice of another. */
export function PickButton({ label, popup, caption, text, value, children }: PickButtonProps): VNode {
  return (
    <Popover
      popup={popup}
      buttonClass="pick-button"
      label={label}
      button={
        <>
          <span class="quiet">{caption}</span>
          <span class="pick-text">{text}</span>
          {value !== undefined && <span class="number">{value}</span>}
          <Icon name="chevronDown" />
        </>
      }
    >
      {children}
    </Popover>
  );
}
