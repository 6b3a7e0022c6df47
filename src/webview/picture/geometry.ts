import type { Rectangle } from '../../protocol/explanation.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The largest rectangle of the content's proportions in the middle of the box. */
export function fitInside(content: Size, box: Size): Rectangle {
  const scale = Math.min(box.width / content.width, box.height / content.height);
  const width = content.width * scale;
  const height = content.height * scale;
  return { x: (box.width - width) / 2, y: (box.height - height) / 2, width, height };
}

/** Where a rectangle of the content lies once the content is drawn at `place`. */
export function placeWithin(part: Rectangle, content: Size, place: Rectangle): Rectangle {
  const scaleX = place.width / content.width;
  const scaleY = place.height / content.height;
  return {
    x: place.x + part.x * scaleX,
    y: place.y + part.y * scaleY,
    width: part.width * scaleX,
    height: part.height * scaleY,
  };
}

/** A point of the map, both coordinates from 0 to 1. */
export interface MapPoint {
  readonly x: number;
  readonly y: number;
}

/** The point of a rectangle under a position; null outside. */
export function pointWithin(area: Rectangle, x: number, y: number): MapPoint | null {
  const point = { x: (x - area.x) / area.width, y: (y - area.y) / area.height };
  return point.x >= 0 && point.x < 1 && point.y >= 0 && point.y < 1 ? point : null;
}

/** The position of a point of a rectangle. */
export function pointOn(area: Rectangle, { x, y }: MapPoint): MapPoint {
  return { x: area.x + x * area.width, y: area.y + y * area.height };
}

/** The cell of a map that a point lies in. */
export function cellAt(map: Size, point: MapPoint): { readonly column: number; readonly row: number } {
  return {
    column: Math.min(Math.floor(point.x * map.width), map.width - 1),
    row: Math.min(Math.floor(point.y * map.height), map.height - 1),
  };
}

/** The middle of the cell that lies some cells away, without leaving the map; from null, the middle of the map. */
export function stepProbe(map: Size, from: MapPoint | null, columns: number, rows: number): MapPoint {
  const start = cellAt(map, from ?? { x: 0.5, y: 0.5 });
  const column = Math.min(Math.max(start.column + (from ? columns : 0), 0), map.width - 1);
  const row = Math.min(Math.max(start.row + (from ? rows : 0), 0), map.height - 1);
  return { x: (column + 0.5) / map.width, y: (row + 0.5) / map.height };
}
