import type { VNode } from 'preact';
import { fill } from '../common/format.js';
import { PickButton } from '../common/PickButton.js';
import { TextSearch } from '../common/TextSearch.js';
import type { LayerChoice } from '../layers/layerChoices.js';
import { useFrame } from '../state/frame.js';

export interface LayerPickerProps {
  /** Every layer, the deepest last. */
  readonly layers: readonly LayerChoice[];
  /** The name of the chosen one, and its tensor. */
  readonly path: string;
  readonly tensor: string | null;
  readonly onPick: (layer: LayerChoice) => void;
}

/** The chosen layer; opens a search over all layers. */
export function LayerPicker({ layers, path, tensor, onPick }: LayerPickerProps): VNode {
  const { strings } = useFrame();
  return (
    <PickButton
      popup="dialog"
      label={fill(strings.layerButtonLabel, { layer: path })}
      caption={strings.layerButton}
      text={path}
    >
      <TextSearch
        label={strings.filterLayers}
        listLabel={strings.layers}
        options={layers.map((layer) => ({
          id: layer.tensor,
          text: layer.path,
          value: fill(strings.layerSize, { height: layer.height, width: layer.width }),
        }))}
        chosen={tensor}
        noMatch={strings.noLayerMatches}
        onPick={(picked) => {
          const layer = layers.find((one) => one.tensor === picked);
          if (layer) onPick(layer);
        }}
      />
    </PickButton>
  );
}
