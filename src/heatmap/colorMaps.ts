import { interpolateInferno, interpolateTurbo, interpolateViridis } from 'd3-scale-chromatic';
import type { ColorMapId } from '../protocol/explanation.js';

export const COLOR_STEPS = 256;

type Channels = readonly [red: number, green: number, blue: number];
type Knots = readonly (readonly [position: number, value: number])[];

/** The two colour maps of the papers, by the definition Matplotlib gives them. */
const SEISMIC: readonly [Knots, Knots, Knots] = [
  [
    [0, 0],
    [0.25, 0],
    [0.5, 1],
    [0.75, 1],
    [1, 0.5],
  ],
  [
    [0, 0],
    [0.25, 0],
    [0.5, 1],
    [0.75, 0],
    [1, 0],
  ],
  [
    [0, 0.3],
    [0.25, 1],
    [0.5, 1],
    [0.75, 0],
    [1, 0],
  ],
];
const JET: readonly [Knots, Knots, Knots] = [
  [
    [0, 0],
    [0.35, 0],
    [0.66, 1],
    [0.89, 1],
    [1, 0.5],
  ],
  [
    [0, 0],
    [0.125, 0],
    [0.375, 1],
    [0.64, 1],
    [0.91, 0],
    [1, 0],
  ],
  [
    [0, 0.5],
    [0.11, 1],
    [0.34, 1],
    [0.65, 0],
    [1, 0],
  ],
];

const COLOR_AT: Record<ColorMapId, (position: number) => Channels> = {
  viridis: (position) => parseCss(interpolateViridis(position)),
  inferno: (position) => parseCss(interpolateInferno(position)),
  turbo: (position) => parseCss(interpolateTurbo(position)),
  seismic: (position) => piecewise(SEISMIC, position),
  jet: (position) => piecewise(JET, position),
};

const tables = new Map<ColorMapId, Uint8ClampedArray>();

/** The 256 colours of a map from low to high: R, G, B of the first, R, G, B of the second, … */
export function colorTable(id: ColorMapId): Uint8ClampedArray {
  let table = tables.get(id);
  if (!table) {
    table = new Uint8ClampedArray(3 * COLOR_STEPS);
    for (let i = 0; i < COLOR_STEPS; i++) table.set(COLOR_AT[id](i / (COLOR_STEPS - 1)), 3 * i);
    tables.set(id, table);
  }
  return table;
}

/** `#rrggbb` or `rgb(r, g, b)`, the two forms d3 answers in. */
function parseCss(color: string): Channels {
  if (color.startsWith('#')) {
    const bits = Number.parseInt(color.slice(1), 16);
    return [bits >> 16, (bits >> 8) & 255, bits & 255];
  }
  const [red = 0, green = 0, blue = 0] = (color.match(/\d+/g) ?? []).map(Number);
  return [red, green, blue];
}

function piecewise([red, green, blue]: readonly [Knots, Knots, Knots], position: number): Channels {
  return [255 * between(red, position), 255 * between(green, position), 255 * between(blue, position)];
}

function between(knots: Knots, position: number): number {
  let [lowAt, low] = [0, 0];
  for (const [at, value] of knots) {
    if (position <= at)
      return at === lowAt ? value : low + ((value - low) * (position - lowAt)) / (at - lowAt);
    [lowAt, low] = [at, value];
  }
  return low;
}
