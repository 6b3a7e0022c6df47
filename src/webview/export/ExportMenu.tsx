import type { TargetedKeyboardEvent, VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { EXPORT_KINDS, type ExportKind } from '../../protocol/engineApi.js';
import { Icon } from '../common/icons.js';
import { closePopover, Popover } from '../common/Popover.js';
import { usePage } from '../page.js';
import { currentChannel, currentGrid, currentLayer, scaleOf } from '../state/selectors.js';
import { copyPicture } from './copyPicture.js';

/** Saves what is shown, or copies it. */
export function ExportMenu(): VNode {
  const { state, strings, post, announce } = usePage();
  const layer = currentLayer(state);
  const save = (kinds: readonly ExportKind[]): void => {
    if (!layer) return;
    const display = { ...state.display, scale: scaleOf(state, layer, null) };
    post({ type: 'export', kinds, tensor: layer.tensor, display });
  };
  const copy = (): void => {
    const grid = currentGrid(state);
    const picture = state.snapshot?.picture;
    if (!layer || !grid || !picture) return;
    const report = (text: string): void => {
      announce(text);
      post({ type: 'notify', text });
    };
    const display = { ...state.display, scale: scaleOf(state, layer, currentChannel(state)) };
    copyPicture(picture, grid, display).then(
      () => {
        report(strings.copied);
      },
      () => {
        report(strings.copyFailed);
      },
    );
  };
  const items = [
    {
      text: strings.exportOverlay,
      act: () => {
        save(['overlay']);
      },
    },
    {
      text: strings.exportMap,
      act: () => {
        save(['map']);
      },
    },
    {
      text: strings.exportRaw,
      act: () => {
        save(['raw']);
      },
    },
    {
      text: strings.exportWeights,
      act: () => {
        save(['weights']);
      },
    },
    {
      text: strings.exportAll,
      act: () => {
        save(EXPORT_KINDS);
      },
    },
    { text: strings.copyPicture, act: copy },
  ];
  return (
    <Popover
      popup="menu"
      buttonClass="pick-button"
      label={strings.export}
      disabled={!layer}
      button={
        <>
          <span>{strings.export}</span>
          <Icon name="chevronDown" />
        </>
      }
    >
      <Menu items={items} />
    </Popover>
  );
}

interface MenuProps {
  readonly items: readonly { readonly text: string; readonly act: () => void }[];
}

function Menu({ items }: MenuProps): VNode {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    menu.current?.querySelector('button')?.focus();
  }, []);
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const at = buttons.findIndex((button) => button === document.activeElement);
    const last = buttons.length - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    buttons[(to + buttons.length) % buttons.length]?.focus();
    event.preventDefault();
  };
  return (
    <div ref={menu} class="menu" role="menu" onKeyDown={onKeyDown}>
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
