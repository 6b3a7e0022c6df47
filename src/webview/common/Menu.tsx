import type { TargetedKeyboardEvent, VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { closePopover } from './Popover.js';

export interface MenuItem {
  readonly text: string;
  readonly act: () => void;
}

/** Walks the entries of a menu by arrow keys, Home and End. */
export function walkMenu(event: TargetedKeyboardEvent<HTMLElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  const last = buttons.length - 1;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
  if (to === undefined) return;
  buttons[(to + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
}

/** What a popover of the kind `menu` holds (WAI-ARIA menu pattern): one entry below the other, walked by arrow keys. */
export function Menu({ items }: { readonly items: readonly MenuItem[] }): VNode {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    menu.current?.querySelector('button')?.focus();
  }, []);
  return (
    <div ref={menu} class="menu" role="menu" onKeyDown={walkMenu}>
      {items.map(({ text, act }) => (
        <button
          key={text}
          type="button"
          class="menu-item"
          role="menuitem"
          tabIndex={-1}
          onClick={({ currentTarget }) => {
            closePopover(currentTarget);
            act();
          }}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
