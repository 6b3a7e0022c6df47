import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Combobox } from '../../common/Combobox.js';
import { fill } from '../../common/format.js';
import { Icon } from '../../common/icons.js';
import { Popover } from '../../common/Popover.js';
import { layerChoices } from '../../layers/layerChoices.js';
import { useTimeline } from '../state/timeline.js';

/** The layer shown large and in the curves; opens a search over all layers. */
export function LayerButton({ layer }: { readonly layer: string }): VNode {
  const { strings } = useTimeline();
  return (
    <Popover
      popup="dialog"
      buttonClass="pick-button"
      label={fill(strings.layerButtonLabel, { layer })}
      button={
        <>
          <span class="quiet">{strings.layerButton}</span>
          <span class="pick-text">{layer}</span>
          <Icon name="chevronDown" />
        </>
      }
    >
      <LayerSearch layer={layer} />
    </Popover>
  );
}

function LayerSearch({ layer }: { readonly layer: string }): VNode {
  const { timeline, choose, strings } = useTimeline();
  const [query, setQuery] = useState('');
  const model = timeline.runs.find((run) => run.model)?.model;
  const choices = model ? layerChoices(model) : [];
  const wanted = query.trim().toLowerCase();
  const found = choices.filter(({ path }) => path.toLowerCase().includes(wanted));
  return (
    <Combobox
      label={strings.filterLayers}
      listLabel={strings.layers}
      query={query}
      onQuery={setQuery}
      options={found.map(({ path, height, width }) => ({
        id: path,
        text: path,
        value: fill(strings.layerSize, { height, width }),
      }))}
      chosen={layer}
      start={Math.max(
        0,
        choices.findIndex(({ path }) => path === layer),
      )}
      onPick={(path) => {
        choose({ layer: path });
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
