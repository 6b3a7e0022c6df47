import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { METHOD_FACTS, METHODS, type MethodId } from '../../protocol/methods.js';
import { METHOD_ABOUT } from '../../protocol/panelStrings.js';
import { fill } from '../common/format.js';
import { Icon } from '../common/icons.js';
import { walkMenu } from '../common/Menu.js';
import { closePopover, Popover } from '../common/Popover.js';
import { usePage } from '../state/page.js';

/** The method in the page's head; opens the choice of another. */
export function MethodButton({ method }: { readonly method: MethodId }): VNode {
  const { strings } = usePage();
  const { label } = METHOD_FACTS[method];
  return (
    <Popover
      popup="menu"
      buttonClass="pick-button"
      label={fill(strings.methodButtonLabel, { method: label })}
      button={
        <>
          <span class="quiet">{strings.method}</span>
          <span class="pick-text">{label}</span>
          <Icon name="chevronDown" />
        </>
      }
    >
      <MethodMenu current={method} />
    </Popover>
  );
}

function MethodMenu({ current }: { readonly current: MethodId }): VNode {
  const { strings, post } = usePage();
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    menu.current?.querySelector<HTMLElement>('[aria-checked=true]')?.focus();
  }, []);
  return (
    <div ref={menu} class="menu methods" role="menu" aria-label={strings.method} onKeyDown={walkMenu}>
      {METHODS.map((method) => (
        <button
          key={method}
          type="button"
          class="menu-item method"
          role="menuitemradio"
          aria-checked={method === current}
          tabIndex={-1}
          onClick={({ currentTarget }) => {
            closePopover(currentTarget);
            if (method !== current) post({ type: 'selectMethod', method });
          }}
        >
          <span class="method-check">{method === current && <Icon name="check" />}</span>
          <span class="method-name">{METHOD_FACTS[method].label}</span>
          <span class="method-about">{strings[METHOD_ABOUT[method]]}</span>
        </button>
      ))}
    </div>
  );
}
