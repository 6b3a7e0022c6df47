import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ModelInfo } from '../../../protocol/model.js';
import { Combobox } from '../../common/Combobox.js';
import { fill } from '../../common/format.js';
import { Icon } from '../../common/icons.js';
import { Popover } from '../../common/Popover.js';
import { layerChoices } from '../../layers/layerChoices.js';
import { usePage } from '../../state/page.js';
import { currentPath } from '../../state/selectors.js';

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

/** A search over the layers, the deepest last. */
function LayerSearch({ model }: { readonly model: ModelInfo }): VNode {
  const { state, strings, dispatch, post } = usePage();
  const choices = useMemo(() => layerChoices(model), [model]);
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLowerCase();
  const found = choices.filter(({ path }) => path.toLowerCase().includes(wanted));
  const current = choices.findIndex(({ tensor }) => tensor === state.tensor);
  return (
    <Combobox
      label={strings.filterLayers}
      listLabel={strings.layers}
      query={query}
      onQuery={setQuery}
      options={found.map(({ tensor, path, height, width }) => ({
        id: tensor,
        text: path,
        value: fill(strings.layerSize, { height, width }),
      }))}
      chosen={state.tensor}
      start={Math.max(current, 0)}
      onPick={(tensor) => {
        dispatch({ type: 'layer', tensor, path: null });
        post({ type: 'selectLayer', tensor });
      }}
    >
      {found.length === 0 && (
        <p class="quiet padded" role="status">
          {fill(strings.noLayerMatches, { query })}
        </p>
      )}
    </Combobox>
  );
}
