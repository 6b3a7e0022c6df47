import type { VNode } from 'preact';
import type { LayerExplanation } from '../../../../protocol/explanation.js';
import type { Blocker, LayerInfo, LayerNode } from '../../../../protocol/model.js';
import type { PanelStrings } from '../../../../protocol/panelStrings.js';
import { PIXELS_PATH } from '../../../../protocol/pixels.js';
import { READING_TEXTS } from '../../../../protocol/reading.js';
import { blockedText } from '../../../common/blockedText.js';
import { fill } from '../../../common/format.js';
import { Icon } from '../../../common/icons.js';
import { Thumbnail } from '../../../common/Thumbnail.js';
import { usePage } from '../../../state/page.js';
import { blockerOfLayer, gridOf, layerOf, scaleOf } from '../../../state/selectors.js';
import type { TreeRow } from './treeModel.js';

/** Indentation of a level, in pixels. */
const INDENT = 12;

export interface LayerRowProps {
  readonly id: string;
  readonly top: number;
  readonly row: TreeRow;
  readonly layer: LayerInfo | undefined;
  readonly active: boolean;
  readonly selected: boolean;
  readonly onChoose: (row: TreeRow) => void;
  readonly onToggle: (path: string, expanded: boolean) => void;
}

export function LayerRow(props: LayerRowProps): VNode {
  const { id, top, row, layer, active, selected, onChoose, onToggle } = props;
  const { state, strings } = usePage();
  const { node, expanded } = row;
  const explanation = layerOf(state, node.tensor);
  const blocker = layer ? blockerOfLayer(state, layer) : null;
  const [hint, ...notes] = layer ? rowTexts(layer, pathOf(node), blocker, strings) : [];
  return (
    <div
      id={id}
      class={['row', active && 'active', selected && 'selected', blocker && 'blocked']
        .filter(Boolean)
        .join(' ')}
      role="treeitem"
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.setSize}
      aria-expanded={expanded ?? undefined}
      aria-selected={selected}
      aria-disabled={blocker !== null || undefined}
      aria-description={notes.join(' ') || undefined}
      title={[hint, ...notes].join('\n')}
      style={{ top: `${top}px`, paddingLeft: `${(row.level - 1) * INDENT}px` }}
      onClick={() => {
        onChoose(row);
      }}
    >
      <Twistie row={row} onToggle={onToggle} />
      <span class="row-name">{node.name}</span>
      {layer && (
        <span class="row-size">{fill(strings.layerSize, { height: layer.height, width: layer.width })}</span>
      )}
      <span class="row-map">
        {explanation && <RowMap explanation={explanation} />}
        {blocker && <Icon name="blocked" />}
      </span>
    </div>
  );
}

function Twistie({ row, onToggle }: Pick<LayerRowProps, 'row' | 'onToggle'>): VNode {
  const { node, expanded } = row;
  if (expanded === null) return <span class="twistie" />;
  return (
    <span
      class="twistie"
      onClick={(event) => {
        event.stopPropagation();
        onToggle(node.path, !expanded);
      }}
    >
      <Icon name={expanded ? 'chevronDown' : 'chevronRight'} />
    </span>
  );
}

function RowMap({ explanation }: { readonly explanation: LayerExplanation }): VNode {
  const { state } = usePage();
  return (
    <Thumbnail grid={gridOf(explanation)} display={state.display} scale={scaleOf(state, explanation, null)} />
  );
}

/** As it is said: that of the pixels is no module's. */
function pathOf({ name, path }: LayerNode): string {
  return path === PIXELS_PATH ? name : path;
}

/** What the layer is, how relevance passes its operator, and why it has no map. */
function rowTexts(
  layer: LayerInfo,
  path: string,
  blocker: Blocker | null,
  strings: PanelStrings,
): readonly string[] {
  const { op, details = '', channels, height, width, tokens, reading } = layer;
  return [
    fill(tokens ? strings.tokenHint : strings.layerHint, { path, op, channels, height, width }),
    ...(details === '' ? [] : [details]),
    ...(reading ? [strings[READING_TEXTS[reading].about]] : []),
    ...(blocker ? [blockedText(blocker, strings)] : []),
  ];
}
