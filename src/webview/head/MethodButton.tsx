import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { METHOD_FACTS, type MethodId } from '../../protocol/methods.js';
import { METHOD_ABOUT } from '../../protocol/panelStrings.js';
import { fill } from '../common/format.js';
import { Icon } from '../common/icons.js';
import { walkMenu } from '../common/Menu.js';
import { PickButton } from '../common/PickButton.js';
import { closePopover } from '../common/Popover.js';
import { useFrame } from '../state/frame.js';

export interface MethodButtonProps {
  readonly method: MethodId;
  /** What there is to choose from. */
  readonly methods: readonly MethodId[];
}

/** The method in a page's head; opens the choice of another. */
export function MethodButton({ method, methods }: MethodButtonProps): VNode {
  const { strings } = useFrame();
  const { label } = METHOD_FACTS[method];
  return (
    <PickButton
      popup="menu"
      label={fill(strings.methodButtonLabel, { method: label })}
      caption={strings.method}
      text={label}
    >
      <MethodMenu current={method} methods={methods} />
    </PickButton>
  );
}

interface MethodMenuProps extends Pick<MethodButtonProps, 'methods'> {
  readonly current: MethodId;
}

function MethodMenu({ current, methods }: MethodMenuProps): VNode {
  const { strings, post } = useFrame();
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    menu.current?.querySelector<HTMLElement>('[aria-checked=true]')?.focus();
  }, []);
  return (
    <div ref={menu} class="menu methods" role="menu" aria-label={strings.method} onKeyDown={walkMenu}>
      {methods.map((method) => (
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
