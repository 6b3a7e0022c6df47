import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ModelInfo } from '../../protocol/model.js';
import { Icon } from '../common/icons.js';
import { fill } from '../format.js';
import { usePage } from '../page.js';
import { TextField } from '../toolkit/index.js';
import { LayerTree } from './LayerTree.js';
import { filterTree } from './treeModel.js';

/** The column of the layers: filter, tree, and how many layers are blocked. */
export function LayerPanel({ model }: { readonly model: ModelInfo }): VNode {
  const { strings } = usePage();
  const [query, setQuery] = useState('');
  const tree = useMemo(() => filterTree(model.tree, query), [model.tree, query]);
  const blocked = model.layers.filter((layer) => layer.blockedBy !== null).length;
  return (
    <>
      <div class="filter">
        <TextField
          class="wide"
          label={strings.filterLayers}
          placeholder={strings.filterLayers}
          value={query}
          onInput={setQuery}
        >
          <span slot="start" class="field-icon">
            <Icon name="search" />
          </span>
        </TextField>
      </div>
      {tree.length === 0 && (
        <p class="quiet padded" role="status">
          {fill(strings.noLayerMatches, { query })}
        </p>
      )}
      <LayerTree key={model.path} tree={tree} model={model} />
      {blocked > 0 && (
        <footer class="blocked-count" title={strings.blockedHint}>
          <Icon name="blocked" />
          {blocked === 1 ? strings.oneLayerBlocked : fill(strings.layersBlocked, { count: blocked })}
        </footer>
      )}
    </>
  );
}
