import type { VNode } from 'preact';
import { LayerPicker } from '../../head/LayerPicker.js';
import { layerChoices } from '../../layers/layerChoices.js';
import { useTimeline } from '../state/timeline.js';

/** The layer shown large and in the curves. */
export function LayerButton({ layer }: { readonly layer: string }): VNode {
  const { timeline, choose } = useTimeline();
  const model = timeline.runs.find((run) => run.model)?.model;
  const layers = model ? layerChoices(model) : [];
  return (
    <LayerPicker
      layers={layers}
      path={layer}
      tensor={layers.find(({ path }) => path === layer)?.tensor ?? null}
      onPick={({ path }) => {
        choose({ layer: path });
      }}
    />
  );
}
