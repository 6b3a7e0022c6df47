import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { METHOD_FACTS } from '../../../../protocol/methods.js';
import type { ModelInfo } from '../../../../protocol/model.js';
import { pixelNode } from '../../../../protocol/pixels.js';
import { counted, fill } from '../../../common/format.js';
import { Icon } from '../../../common/icons.js';
import { NoMatch } from '../../../common/NoMatch.js';
import { SearchField } from '../../../common/SearchField.js';
import { usePage } from '../../../state/page.js';
import { subjectOf } from '../../../state/pageState.js';
import { blockerOfLayer } from '../../../state/selectors.js';
import { LayerTree } from './LayerTree.js';
import { filterTree } from './treeModel.js';

/** The column of the layers: filter, tree, and how many layers are blocked. */
export function LayerPanel({ model }: { readonly model: ModelInfo }): VNode {
  const { state, strings } = usePage();
  const [query, setQuery] = useState('');
  const method = subjectOf(state)?.explanation?.method;
  const pixels = method !== undefined && METHOD_FACTS[method].pixels;
  const whole = useMemo(
    () => (pixels ? [pixelNode(model, strings.inputPixels), ...model.tree] : model.tree),
    [model, pixels, strings],
  );
  const tree = useMemo(() => filterTree(whole, query), [whole, query]);
  const blocked = model.layers.filter((layer) => blockerOfLayer(state, layer) !== null).length;
  return (
    <>
      <div class="filter">
        <SearchField label={strings.filterLayers} value={query} onInput={setQuery} />
      </div>
      <NoMatch text={tree.length === 0 && query !== '' ? fill(strings.noLayerMatches, { query }) : null} />
      <LayerTree key={model.path} whole={whole} tree={tree} model={model} />
      {model.layers.length === 0 && <p class="quiet padded">{strings.noFeatureMaps}</p>}
      {blocked > 0 && (
        <footer class="blocked-count" title={strings.blockedHint}>
          <Icon name="blocked" />
          {counted(blocked, strings.oneLayerBlocked, strings.layersBlocked)}
        </footer>
      )}
    </>
  );
}
