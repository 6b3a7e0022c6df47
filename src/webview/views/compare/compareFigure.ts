import type { Display, LayerExplanation, Picture } from '../../../protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import type { Blocker } from '../../../protocol/model.js';
import type { Figure, FigureBar, FigureCell } from '../../figure/figure.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { drawWholeOverlay } from '../../picture/overlay.js';
import { gridOf, type Scale } from '../../state/selectors.js';
import type { CellState } from '../shared/cellState.js';
import { figureHead } from '../shared/figureHead.js';
import { drawNote } from '../shared/figureNote.js';

const CELL = 200;

export interface CompareFigure {
  readonly title: string;
  readonly subtitle: string;
  readonly methods: readonly MethodId[];
  readonly layers: readonly LayerChoice[];
  readonly stateAt: (method: MethodId, layer: LayerChoice) => CellState;
  /** Why there is no map. */
  readonly reason: (blocker: Blocker) => string;
  /** In the place of a map that is not computed. */
  readonly missing: string;
  /** In the place of a map that says nothing about places; null where it does. */
  readonly flat: (info: LayerChoice, layer: LayerExplanation) => string | null;
  readonly size: (layer: LayerChoice) => string;
  readonly picture: Picture;
  readonly display: Display;
  /** What the colours mean. */
  readonly bar: FigureBar;
  readonly scaleOf: (layer: LayerExplanation) => Scale;
}

/** The grid as one picture. */
export function compareFigure(of: CompareFigure): Figure {
  const { title, subtitle, methods, layers, stateAt, size, picture, display, bar } = of;
  const { width, height } = picture.crop;
  return {
    title,
    subtitle,
    ...figureHead(picture, display, [bar]),
    columns: methods.map((method) => METHOD_FACTS[method].label),
    rows: layers.map((layer) => ({
      label: `${layer.path} ${size(layer)}`,
      cells: methods.map((method) => cellOf(layer, stateAt(method, layer), of)),
    })),
    cellWidth: CELL,
    cellHeight: Math.round((CELL * height) / width),
  };
}

function cellOf(
  info: LayerChoice,
  state: CellState,
  { missing, flat, reason, picture, display, scaleOf }: CompareFigure,
): FigureCell {
  const layer = state.kind === 'known' ? state.layer : null;
  const flatness = layer && flat(info, layer);
  if (!layer || flatness !== null) {
    const text = flatness ?? (state.kind === 'blocked' ? reason(state.blocker) : missing);
    return {
      captions: [],
      draw: (context, width, height) => {
        drawNote(context, text, width, height);
      },
    };
  }
  const overlay = { picture, grid: gridOf(layer), display: { ...display, scale: scaleOf(layer) } };
  return {
    captions: [],
    draw: (context, width, height) => {
      drawWholeOverlay(context, overlay, { width, height });
    },
  };
}
