import type { TargetedKeyboardEvent, VNode } from 'preact';
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ModelInfo } from '../../protocol/model.js';
import { Icon } from '../common/icons.js';
import { closePopover, Popover } from '../common/Popover.js';
import { fill } from '../format.js';
import { usePage } from '../page.js';
import { currentPath } from '../state/selectors.js';
import { layerChoices, type LayerChoice } from './layerChoices.js';

/** The chosen layer, in a view without the layer tree; opens a search over all layers. */
export function LayerButton({ model }: { readonly model: ModelInfo }): VNode {
  const { state, strings } = usePage();
  const path = currentPath(state) ?? '';
  return (
    <Popover
      popup="dialog"
      buttonClass="pick-button"
      label={fill(strings.layerButtonLabel, { layer: path })}
      button={
        <>
          <span class="quiet">{strings.layerButton}</span>
          <span class="pick-text">{path}</span>
          <Icon name="chevronDown" />
        </>
      }
    >
      <LayerSearch model={model} />
    </Popover>
  );
}

/** A search field over the list of layers (WAI-ARIA combobox pattern), the deepest last. */
function LayerSearch({ model }: { readonly model: ModelInfo }): VNode {
  const { state, strings, dispatch, post } = usePage();
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const choices = useMemo(() => layerChoices(model), [model]);
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLowerCase();
  const found = choices.filter(({ path }) => path.toLowerCase().includes(wanted));
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      choices.findIndex(({ tensor }) => tensor === state.tensor),
    ),
  );
  useLayoutEffect(() => {
    input.current?.focus();
  }, []);
  useLayoutEffect(() => {
    document.getElementById(`${list}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [list, active]);

  const pick = ({ tensor }: LayerChoice): void => {
    if (input.current) closePopover(input.current);
    dispatch({ type: 'layer', tensor, path: null });
    post({ type: 'selectLayer', tensor });
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 10, PageUp: active - 10 }[
      event.key
    ];
    const chosen = found[active];
    if (to !== undefined) setActive(Math.min(Math.max(to, 0), found.length - 1));
    else if (event.key === 'Enter' && chosen) pick(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <div class="class-picker">
      <input
        ref={input}
        class="search"
        type="text"
        role="combobox"
        spellcheck={false}
        aria-expanded
        aria-autocomplete="list"
        aria-controls={list}
        aria-activedescendant={found.length > 0 ? `${list}-${active}` : undefined}
        aria-label={strings.filterLayers}
        placeholder={strings.filterLayers}
        value={query}
        onInput={({ currentTarget }) => {
          setQuery(currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={list} class="options" role="listbox" aria-label={strings.layers}>
        {found.map((choice, position) => (
          <li
            key={choice.tensor}
            id={`${list}-${position}`}
            class={position === active ? 'option active' : 'option'}
            role="option"
            aria-selected={choice.tensor === state.tensor}
            onClick={() => {
              pick(choice);
            }}
          >
            <span class="option-label">{choice.path}</span>
            <span class="option-value">
              {fill(strings.layerSize, { height: choice.height, width: choice.width })}
            </span>
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p class="quiet padded" role="status">
          {fill(strings.noLayerMatches, { query })}
        </p>
      )}
    </div>
  );
}
