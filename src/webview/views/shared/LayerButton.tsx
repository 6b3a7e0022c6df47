import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ModelInfo } from '../../../protocol/model.js';
import { LayerPicker } from '../../head/LayerPicker.js';
import { layerChoices } from '../../layers/layerChoices.js';
import { usePage } from '../../state/page.js';
import { currentPath } from '../../state/selectors.js';

/** The chosen layer, in a view without the layer tree. */
export function LayerButton({ model }: { readonly model: ModelInfo }): VNode {
  const { state, dispatch, post } = usePage();
  const layers = useMemo(() => layerChoices(model), [model]);
  return (
    <LayerPicker
      layers={layers}
      path={currentPath(state) ?? ''}
      tensor={state.tensor}
      onPick={({ tensor }) => {
        dispatch({ type: 'layer', tensor, path: null });
        post({ type: 'selectLayer', tensor });
      }}
    />
  );
}
