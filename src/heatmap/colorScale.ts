import type { ColorMapId } from '../protocol/explanation.js';
import { aboutZero } from './normalize.js';

/** Colour maps with white in their middle, on both sides of which the colours part. */
const DIVERGING: ReadonlySet<ColorMapId> = new Set(['seismic']);

export function isDiverging(id: ColorMapId): boolean {
  return DIVERGING.has(id);
}

/**
 * The values that the ends of the colours stand for. Those of a diverging colour map lie equally far to both sides of
 * zero where there are values of both signs, so that white says nothing and either side what speaks for or against.
 * @param scale lowest and highest value to be told apart
 */
export function colorScale(
  id: ColorMapId,
  scale: readonly [low: number, high: number],
): readonly [low: number, high: number] {
  return isDiverging(id) ? aboutZero(scale) : scale;
}
