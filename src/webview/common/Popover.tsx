import type { ComponentChildren, TargetedMouseEvent, TargetedToggleEvent, VNode } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface PopoverProps {
  /** What the button shows. */
  readonly button: ComponentChildren;
  /** Of the panel; the button's tooltip, and its name where it shows no text. */
  readonly label: string;
  readonly buttonClass: string;
  readonly popup: 'dialog' | 'menu';
  readonly disabled?: boolean;
  /** Of the button, where it is not a tab stop of its own. */
  readonly tabIndex?: number;
  /** In the document only while the popover is open. */
  readonly children: ComponentChildren;
}

/** A button with a panel below it, or above where there is no room. The browser closes it on Escape and clicks outside. */
export function Popover(props: PopoverProps): VNode {
  const { button, label, buttonClass, popup, disabled, tabIndex, children } = props;
  const id = useId();
  const anchor = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useLayoutEffect(() => {
    if (open && anchor.current && panel.current) place(panel.current, anchor.current.getBoundingClientRect());
  }, [open]);
  // Not left to `popovertarget`, which tells of the opening in a later task: keys pressed until then would be lost. The
  // attribute stays, so that a click on the button is none outside the panel.
  const onClick = (event: TargetedMouseEvent<HTMLButtonElement>): void => {
    event.preventDefault();
    setOpen(panel.current?.togglePopover() ?? false);
  };
  const onToggle = ({ newState }: TargetedToggleEvent<HTMLElement>): void => {
    setOpen(newState === 'open');
  };
  return (
    <>
      <button
        ref={anchor}
        type="button"
        class={buttonClass}
        popovertarget={id}
        disabled={disabled}
        tabIndex={tabIndex}
        aria-haspopup={popup}
        aria-expanded={open}
        title={label}
        onClick={onClick}
      >
        {button}
      </button>
      <div
        ref={panel}
        id={id}
        class="popover"
        popover="auto"
        role={popup === 'dialog' ? 'dialog' : undefined}
        aria-label={label}
        onToggle={onToggle}
      >
        {open && children}
      </div>
    </>
  );
}

export interface PopoverFootProps {
  readonly text: string;
  readonly act: () => void;
}

/** What else can be done, at the foot of a popover, which closes with it. */
export function PopoverFoot({ text, act }: PopoverFootProps): VNode {
  return (
    <button
      type="button"
      class="popover-foot link"
      onClick={({ currentTarget }) => {
        closePopover(currentTarget);
        act();
      }}
    >
      {text}
    </button>
  );
}

/** Closes the popover that an element is in; the focus goes back to its button. */
export function closePopover(inside: Element): void {
  inside.closest<HTMLElement>('[popover]')?.hidePopover();
}

const GAP = 4;

function place(panel: HTMLElement, anchor: DOMRect): void {
  const left = Math.min(anchor.left, window.innerWidth - panel.offsetWidth - GAP);
  const below = anchor.bottom + GAP;
  const above = anchor.top - panel.offsetHeight - GAP;
  const fits = below + panel.offsetHeight <= window.innerHeight || above < 0;
  panel.style.left = `${Math.max(GAP, left)}px`;
  panel.style.top = `${fits ? below : above}px`;
}
