import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { LayerExplanation } from '../../../protocol/explanation.js';
import { signedExtentOf } from '../../../heatmap/normalize.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import type { LayerInfo } from '../../../protocol/model.js';
import type { NeedPart } from '../../../protocol/panel.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { blockedText } from '../../common/blockedText.js';
import { flatValuesText } from '../../common/flatText.js';
import { fill } from '../../common/format.js';
import { DisplayControls } from '../../picture/DisplayControls.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';
import { currentMarks, currentPath } from '../../state/selectors.js';
import type { Results } from '../../state/useResults.js';
import { LayerButton } from '../shared/LayerButton.js';
import type { LargeItem } from '../shared/largeGrid.js';
import { LargeMap } from '../shared/LargeMap.js';
import { useOffered, type Offer } from '../shared/offered.js';
import { partNote } from '../shared/RunOffer.js';
import type { ViewProps } from '../shared/view.js';
import { ViewBar } from '../shared/ViewBar.js';
import { channelFigure } from './channelFigure.js';
import { ChannelMap } from './ChannelMap.js';
import { channelFacts, channelMaps, type TitledMap } from './channelMaps.js';
import { ChannelPicker } from './ChannelPicker.js';
import { chosenChannel, type ChannelChoice, type ChosenChannel } from './choice.js';

/** One channel of a layer: where it is active, and what the backward pass of the class carried to it. */
export function ChannelView(props: ViewProps<ChannelChoice>): VNode {
  const { model, picture, explanation, choose } = props;
  const page = usePage();
  const { state, strings, percent } = page;
  const { method, target } = explanation;
  const [bare, setBare] = useState(false);
  const [large, setLarge] = useState<number | null>(null);
  const marks = useMemo(() => currentMarks(state), [state]);
  const { results, offer, layer, chosen, reason } = useChannel(props);
  const facts = layer && chosen ? channelFacts(layer, chosen, strings, percent) : '';
  const maps = useMemo(() => channelMaps(layer, chosen, method, strings), [layer, chosen, method, strings]);
  const drawn = maps.flatMap(({ title, grid }) => (grid ? { title, grid } : []));
  const name = METHOD_FACTS[method].label;
  const through = layer && results.partial(method, target.index, layer.tensor);
  return (
    <div class="view channel-view">
      <ViewBar
        results={results}
        offer={offer}
        name={`channel-${chosen?.channel ?? ''}`}
        about={{ layer: currentPath(state), label: target.label, method }}
        disabled={drawn.length === 0}
        figure={() =>
          channelFigure(
            drawn,
            picture,
            state.display,
            {
              title: `${subjectOf(state)?.image.name ?? ''}: ${target.label}`,
              subtitle: [name, currentPath(state), facts, ...partNote(through, page)].join(' · '),
            },
            strings,
          )
        }
      >
        <LayerButton model={model} />
        {layer && chosen && <ChannelPicker layer={layer} chosen={chosen} onChoose={choose} />}
      </ViewBar>
      <DisplayControls bare={bare} onBare={setBare} />
      <div class="view-scroll">
        <div class="view-note" role="status">
          {reason ?? <Notes facts={facts} layer={layer} method={method} />}
        </div>
        {reason === null && (
          <div class="shots" style={{ '--ratio': picture.crop.width / picture.crop.height }}>
            {maps.map(({ title, grid }, column) => (
              <ChannelMap
                key={title}
                {...{ title, grid, bare, picture }}
                onOpen={() => {
                  setLarge(column);
                }}
              />
            ))}
          </div>
        )}
      </div>
      {large !== null && (
        <LargeMap
          picture={picture}
          marks={marks}
          grid={[maps.map((map) => itemOf(map, facts, strings))]}
          place={{ row: 0, column: large }}
          onGo={({ column }) => {
            setLarge(column);
          }}
          onClose={() => {
            setLarge(null);
          }}
        />
      )}
    </div>
  );
}

function itemOf({ title, grid }: TitledMap, facts: string, strings: PanelStrings): LargeItem | null {
  if (!grid || flatValuesText(grid.values, strings) !== null) return null;
  return {
    title: `${title} · ${facts}`,
    row: '',
    column: title,
    grid,
    scale: signedExtentOf(grid.values),
    keptAbove: null,
    explain: null,
  };
}

interface ShownChannel {
  readonly results: Results;
  readonly offer: Offer | null;
  /** null until it is known. */
  readonly layer: LayerExplanation | null;
  readonly chosen: ChosenChannel | null;
  /** Why there is no channel to show; null where there is one, or will be. */
  readonly reason: string | null;
}

function useChannel(props: ViewProps<ChannelChoice>): ShownChannel {
  const { model, explanation, choice } = props;
  const { state, strings } = usePage();
  const { method, target } = explanation;
  const info = model.layers.find(({ tensor }) => tensor === state.tensor);
  const { results, offer } = useOffered(info ? [allChannels(info, props)] : []);
  const blocker = info ? results.blocked(method, info.tensor) : null;
  const layer = info && !blocker ? results.layer(method, target.index, info.tensor) : null;
  const chosen = useMemo(
    () => layer && chosenChannel(choice, layer.channels, layer.weights),
    [layer, choice],
  );
  const without = info ? null : strings.channelPixels;
  return { results, offer, layer, chosen, reason: blocker ? blockedText(blocker, strings) : without };
}

/** All of a layer at once: going from one channel to the next then takes no time. */
function allChannels({ tensor, channels }: LayerInfo, { explanation }: ViewProps<ChannelChoice>): NeedPart {
  const { method, target } = explanation;
  const carried = METHOD_FACTS[method].carries !== 'nothing';
  return { methods: [method], targets: [target.index], layers: [tensor], top: channels, carried };
}

interface NotesProps {
  readonly facts: string;
  readonly layer: LayerExplanation | null;
  readonly method: MethodId;
}

/** What is known of the channel, and what the method does not say. */
function Notes({ facts, layer, method }: NotesProps): VNode {
  const { strings } = usePage();
  const { carries, label } = METHOD_FACTS[method];
  return (
    <>
      <p>{facts}</p>
      {layer?.weights === null && <p class="quiet">{fill(strings.channelNotWeighed, { method: label })}</p>}
      {layer && carries === 'nothing' && (
        <p class="quiet">{fill(strings.channelNothingCarried, { method: label })}</p>
      )}
    </>
  );
}
