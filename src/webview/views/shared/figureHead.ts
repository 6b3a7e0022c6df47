import type { Display, Picture } from '../../../protocol/explanation.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { isDiverging } from '../../../heatmap/colorScale.js';
import { extentOf } from '../../../heatmap/normalize.js';
import { fill } from '../../common/format.js';
import type { Figure, FigureBar } from '../../figure/figure.js';
import { drawWholeOverlay } from '../../picture/overlay.js';

/** What a figure begins with: what the model saw of the picture, and what the colours of its maps mean. */
export function figureHead(
  picture: Picture,
  display: Display,
  bars: readonly FigureBar[],
): Pick<Figure, 'input' | 'bars'> {
  return {
    input: {
      ratio: picture.crop.width / picture.crop.height,
      draw: (context, width, height) => {
        drawWholeOverlay(context, { picture, grid: null, display }, { width, height });
      },
    },
    bars: shownBars(display, bars),
  };
}

/** None where a mask stands in the place of colours. */
export function shownBars({ mask }: Display, bars: readonly FigureBar[]): readonly FigureBar[] {
  return mask ? [] : bars;
}

/**
 * What colours mean where every map has a scale of its own: two things where those of both signs are drawn about zero and
 * there are others.
 * @param isAboutZero whether maps of both signs are, whatever the colours
 */
export function ownBars(
  maps: readonly Float32Array[],
  { colorMap }: Display,
  strings: PanelStrings,
  isAboutZero = isDiverging(colorMap),
): readonly FigureBar[] {
  const parted = maps.map((map) => isAboutZero && hasBothSigns(map));
  const own: FigureBar = { colorMap, scale: [0, 1], note: strings.compareOwn };
  const aboutZero: FigureBar = { colorMap, scale: [-1, 1], note: strings.compareShared };
  if (!parted.includes(true)) return [own];
  if (!parted.includes(false)) return [aboutZero];
  return [
    { ...own, note: fill(strings.figureOneSign, { scale: own.note }) },
    { ...aboutZero, note: fill(strings.figureBothSigns, { scale: aboutZero.note }) },
  ];
}

function hasBothSigns(map: Float32Array): boolean {
  const [low, high] = extentOf(map);
  return low < 0 && high > 0;
}
