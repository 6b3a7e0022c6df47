/**
 * 1 in every pixel whose centre lies in one of the polygons, by the even–odd rule.
 * @param polygons x, y, x, y, … of each, in pixels
 */
export function fillPolygons(
  polygons: readonly (readonly number[])[],
  width: number,
  height: number,
): Uint8Array {
  const inside = new Uint8Array(width * height);
  for (const polygon of polygons)
    for (let row = 0; row < height; row++) {
      const crossings = crossingsAt(polygon, row + 0.5);
      for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
        const [from, to] = [pixelFrom(crossings[pair], width), pixelFrom(crossings[pair + 1], width)];
        if (from < to) inside.fill(1, row * width + from, row * width + to);
      }
    }
  return inside;
}

/** Where the edges cross a horizontal line, from left to right. A vertex on the line belongs to the edge below it. */
function crossingsAt(polygon: readonly number[], y: number): readonly number[] {
  const crossings: number[] = [];
  let [lastX = 0, lastY = 0] = polygon.slice(-2);
  for (let at = 0; at + 1 < polygon.length; at += 2) {
    const [nextX = 0, nextY = 0] = [polygon[at], polygon[at + 1]];
    if (lastY <= y !== nextY <= y) crossings.push(lastX + ((y - lastY) / (nextY - lastY)) * (nextX - lastX));
    [lastX, lastY] = [nextX, nextY];
  }
  return crossings.sort((a, b) => a - b);
}

/** The first pixel whose centre is not left of `x`. */
function pixelFrom(x = 0, width: number): number {
  return Math.min(width, Math.max(0, Math.ceil(x - 0.5)));
}
