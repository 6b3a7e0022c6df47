import type { Display, Picture } from '../../../protocol/explanation.js';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { signedExtentOf } from '../../../heatmap/normalize.js';
import { formatValue } from '../../../protocol/numbers.js';
import { fill } from '../../common/format.js';
import type { Figure, FigureCell } from '../../figure/figure.js';
import { FONTS } from '../../figure/fonts.js';
import { plotHeight } from '../../layers/sortedWeights.js';
import { drawWholeOverlay } from '../../picture/overlay.js';
import { gridOf } from '../../state/selectors.js';
import { figureHead, ownBars } from '../shared/figureHead.js';
import { partNote } from '../shared/RunOffer.js';
import { areaPath, barsPath, barWidth, linePath, placeOf, type WeightRange } from './plotGeometry.js';
import { axisValues, commonRange, TOP, type Ranking } from './ranking.js';

const CELL = 240;
/** Around a plot, for the numbers on its axes. */
const ROOM = { left: 40, right: 6, top: 10, bottom: 22 };
const INK = '#000000';
const BLUE = '#1f5fbf';
const PALE = '#c9daf3';
const RED = '#c8321e';

export interface SelectivityFigure {
  readonly title: string;
  readonly subtitle: string;
  readonly rankings: readonly Ranking[];
  readonly picture: Picture;
  readonly display: Display;
  readonly strings: PanelStrings;
  readonly percent: (fraction: number) => string;
}

/** The methods side by side as one picture: weights by channel, weights sorted, the heaviest channels. */
export function selectivityFigure(of: SelectivityFigure): Figure {
  const { title, subtitle, rankings, picture, display, strings } = of;
  const range = commonRange(rankings);
  const { width, height } = picture.crop;
  const activations = rankings.flatMap(({ layer }) =>
    layer.top.slice(0, TOP).map(({ activation }) => activation),
  );
  const hoyerOf = ({ hoyer }: Ranking): readonly string[] =>
    hoyer === null ? [] : [fill(strings.hoyer, { value: hoyer.toFixed(2) })];
  return {
    title,
    subtitle,
    ...figureHead(picture, display, ownBars(activations, display, strings, true)),
    columns: rankings.map(({ method }) => METHOD_FACTS[method].label),
    rows: [
      {
        label: strings.inChannelOrder,
        cells: rankings.map((ranking) => plotCell(ranking, 'bars', range, partNote(ranking.through, of))),
      },
      {
        label: strings.sortedByWeight,
        cells: rankings.map((ranking) => plotCell(ranking, 'line', range, hoyerOf(ranking))),
      },
      ...Array.from({ length: TOP }, (_, index) => ({
        label: fill(strings.rank, { rank: index + 1 }),
        cells: rankings.map((ranking) => mapCell(ranking, index, of)),
      })),
    ],
    cellWidth: CELL,
    cellHeight: Math.round((CELL * height) / width),
  };
}

function mapCell(
  { layer, shares }: Ranking,
  index: number,
  { picture, display, strings, percent }: SelectivityFigure,
): FigureCell | null {
  const top = layer.top[index];
  if (!top) return null;
  const { channel, weight, activation } = top;
  const scale = signedExtentOf(activation);
  const overlay = { picture, grid: gridOf(layer, activation), display: { ...display, scale } };
  const texts = [
    fill(strings.channel, { channel }),
    percent(shares[channel] ?? 0),
    fill(strings.channelWeight, { weight: formatValue(weight) }),
  ];
  return {
    captions: [texts.join(' · ')],
    draw: (context, width, height) => {
      drawWholeOverlay(context, overlay, { width, height });
    },
  };
}

function plotCell(
  { layer, weights, sorted, ranks }: Ranking,
  kind: 'bars' | 'line',
  range: WeightRange,
  captions: readonly string[],
): FigureCell {
  const values = kind === 'bars' ? weights : sorted;
  const top = layer.top
    .slice(0, TOP)
    .map(({ channel }) => (kind === 'bars' ? channel : (ranks[channel] ?? 0)));
  return {
    captions,
    draw: (context, width, height) => {
      const size = { width: width - ROOM.left - ROOM.right, height: height - ROOM.top - ROOM.bottom };
      context.translate(ROOM.left, ROOM.top);
      drawAxes(context, range, size, kind === 'bars' ? [0, values.length - 1] : [1, values.length]);
      context.strokeStyle = BLUE;
      if (kind === 'line') {
        context.fillStyle = PALE;
        context.fill(new Path2D(areaPath(values, range, size)));
        context.lineWidth = 1.5;
        context.stroke(new Path2D(linePath(values, range, size)));
      } else {
        context.lineWidth = barWidth(values.length, size.width);
        context.stroke(new Path2D(barsPath(values, range, size)));
      }
      context.fillStyle = RED;
      for (const index of top) {
        const y = plotHeight(values[index] ?? 0, range) * size.height;
        context.beginPath();
        context.arc(placeOf(index, values.length) * size.width, y, 3, 0, 2 * Math.PI);
        context.fill();
      }
    },
  };
}

function drawAxes(
  context: CanvasRenderingContext2D,
  range: WeightRange,
  { width, height }: { readonly width: number; readonly height: number },
  ends: readonly [first: number, last: number],
): void {
  const zero = plotHeight(0, range) * height;
  context.strokeStyle = INK;
  context.lineWidth = 1;
  context.stroke(new Path2D(`M0 0V${height}M0 ${zero}H${width}`));
  context.fillStyle = INK;
  context.font = FONTS.caption;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const value of axisValues(range))
    context.fillText(formatValue(value), -4, plotHeight(value, range) * height);
  context.textBaseline = 'top';
  context.textAlign = 'left';
  context.fillText(String(ends[0]), 0, height + 4);
  context.textAlign = 'right';
  context.fillText(String(ends[1]), width, height + 4);
}
