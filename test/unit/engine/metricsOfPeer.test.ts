// Against what pytorch-grad-cam makes of the same picture, model and maps (tools/metrics/make_peer.py). It differs from the
// definitions here in three points, which the comparison leaves out: it removes all of several equal pixels, where here as many
// go as were asked for; it takes the mean over 10, 20, … 90 %, unless told the parts that count here; and its drop in confidence
// is no share of the confidence before.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import { imputed } from '../../../src/engine/metrics/imputation.js';
import { METRIC_TABLE } from '../../../src/engine/metrics/table.js';
import { FIXTURES, GIVEN, NOISE, probability } from './measuredPicture.js';
import { mapOf, measureAll, passes } from './measuring.js';
import { furthest } from './statistics.js';

const NUMBERS = v.array(v.number());
const PEER = v.object({
  cells: v.array(
    v.object({
      ranks: NUMBERS,
      drop: v.number(),
      increase: v.number(),
      road: v.number(),
      removals: v.array(
        v.object({
          first: v.picklist(['least', 'most']),
          part: v.number(),
          removed: v.string(),
          probability: v.number(),
          imputed: NUMBERS,
        }),
      ),
    }),
  ),
});
const { cells } = v.parse(PEER, JSON.parse(readFileSync(path.join(FIXTURES, 'peer.json'), 'utf8')));
const PIXELS = GIVEN.height * GIVEN.width;

describe.each(cells.map((cell, place) => ({ ...cell, place })))('map $place', ({ removals, ...cell }) => {
  const map = mapOf(cell.ranks, { picture: GIVEN });

  test('the same pixels are removed, least and most relevant first', () => {
    const made = [...(METRIC_TABLE.road.series?.(map) ?? [])].map(removedIn);
    const ofPeer = removals.toSorted((a, b) => a.part - b.part || a.first.localeCompare(b.first));
    expect(made).toEqual(ofPeer.map(({ removed }) => removed));
  });

  test.each(removals)('$part removed, $first relevant first, is filled alike', ({ removed, ...filled }) => {
    const found = imputed(GIVEN, Uint8Array.from(removed, Number));
    const inside = found.filter((_, at) => removed[at % PIXELS] === '1');
    expect(furthest(inside, filled.imputed)).toBeLessThan(1e-5);
    expect(probability(found)).toBeCloseTo(filled.probability, 5);
  });

  test('ROAD is the same but for the noise, drop and increase are the same', async () => {
    const asked = ['road', 'average-drop', 'average-increase'] as const;
    const [found] = await measureAll([map], asked, passes(probability));
    const without = removals.map(({ first, ...of }) =>
      first === 'least' ? of : { probability: -of.probability },
    );
    const road = without.reduce((sum, of) => sum + of.probability, 0) / removals.length;
    expect(Math.abs((found?.road ?? NaN) - road)).toBeLessThan(NOISE);
    expect(Math.abs((found?.road ?? NaN) - cell.road)).toBeLessThan(2 * NOISE);
    expect((found?.['average-drop'] ?? NaN) * (GIVEN.probability ?? NaN)).toBeCloseTo(cell.drop, 5);
    expect(found?.['average-increase']).toBe(cell.increase);
  });
});

/** 1 for every pixel that is another one than in the picture. */
function removedIn(values: Float32Array): string {
  const pixels = values.subarray(0, PIXELS);
  return Array.from(pixels, (value, pixel) => Number(value !== GIVEN.input[pixel])).join('');
}
