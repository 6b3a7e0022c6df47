import type { Marks, RegionShape } from '../protocol/annotations.js';
import type { Rectangle } from '../protocol/explanation.js';

/** Yellow on black, to be seen on any picture. */
export const OUTLINE = { color: '#ffd400', below: 'rgba(0, 0, 0, 0.7)' } as const;

/** As wide as suits a picture of this width; the black below is twice as wide. */
export function outlineWidth(width: number): number {
  return Math.max(1.25, width / 160);
}

/** Around all regions, where the model's input lies at `place`: data of an SVG path, which canvases read too. */
export function outlinePath({ shapes, ...input }: Marks, place: Rectangle): string {
  return pathOf(
    shapes.flatMap((shape) => (shape.kind === 'box' ? boxEdges(shape.box) : maskEdges(shape))),
    input,
    place,
  );
}

/** Whether nothing is drawn outside of what the model sees. Its border is dashed then where a box goes on outside. */
export function endsAt(crop: Rectangle, shown: Rectangle): boolean {
  return crop.width === shown.width && crop.height === shown.height;
}

/** The border of what the model sees where boxes go on outside, as `outlinePath` has it. */
export function beyondPath({ shapes, ...input }: Marks, place: Rectangle): string {
  return pathOf(
    shapes.flatMap((shape) => sidesBeyond(shape, input)),
    input,
    place,
  );
}

type Edge = readonly [x0: number, y0: number, x1: number, y1: number];
type Input = Omit<Marks, 'shapes'>;

function pathOf(edges: readonly Edge[], { inputWidth, inputHeight }: Input, place: Rectangle): string {
  const at = (x: number, y: number): string =>
    `${place.x + (x * place.width) / inputWidth} ${place.y + (y * place.height) / inputHeight}`;
  return edges.map(([x0, y0, x1, y1]) => `M${at(x0, y0)}L${at(x1, y1)}`).join('');
}

function boxEdges({ x, y, width, height }: Rectangle): Edge[] {
  const [right, bottom] = [x + width, y + height];
  return [
    [x, y, right, y],
    [right, y, right, bottom],
    [right, bottom, x, bottom],
    [x, bottom, x, y],
  ];
}

/** The border of what the model sees, as far as a box lies along it that goes on outside. */
export function sidesBeyond(shape: RegionShape, { inputWidth, inputHeight }: Input): Edge[] {
  if (shape.kind !== 'box') return [];
  const { x, y, width, height } = shape.box;
  const [left, top] = [Math.max(x, 0), Math.max(y, 0)];
  const [right, bottom] = [Math.min(x + width, inputWidth), Math.min(y + height, inputHeight)];
  if (left >= right || top >= bottom) return [];
  const edges: Edge[] = [];
  if (x < 0) edges.push([0, top, 0, bottom]);
  if (y < 0) edges.push([left, 0, right, 0]);
  if (x + width > inputWidth) edges.push([inputWidth, top, inputWidth, bottom]);
  if (y + height > inputHeight) edges.push([left, inputHeight, right, inputHeight]);
  return edges;
}

/** The sides that a pixel inside shares with one outside; what leaves the picture has no edge there. */
export function maskEdges({
  width,
  height,
  inside,
}: {
  readonly width: number;
  readonly height: number;
  readonly inside: Uint8Array;
}): Edge[] {
  const edges: Edge[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (x > 0 && inside[at] !== inside[at - 1]) edges.push([x, y, x, y + 1]);
      if (y > 0 && inside[at] !== inside[at - width]) edges.push([x, y, x + 1, y]);
    }
  }
  return edges;
}
