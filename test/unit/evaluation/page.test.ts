import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { bothEnds } from '../../../src/evaluation/bothEnds.js';
import { failureGroups } from '../../../src/evaluation/failureGroups.js';
import { plannedCount } from '../../../src/evaluation/planned.js';
import { draw, partOf } from '../../../src/evaluation/sample.js';
import type { ErrorCode } from '../../../src/protocol/errors.js';

it('both ends of a list have nothing in common, and the last comes first of its end', () => {
  fc.assert(
    fc.property(fc.nat(40), (count) => {
      const all = Array.from({ length: count }, (_, place) => place);
      const { first, last } = bothEnds(all);
      expect(new Set([...first, ...last]).size).toBe(Math.min(count, 12));
      expect(first[0]).toBe(count > 0 ? 0 : undefined);
      expect(last[0]).toBe(count > 1 ? count - 1 : undefined);
    }),
  );
});

it('as many pictures are planned as are drawn for the part', () => {
  const shards = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.nat(8))
    .map(([count, index]) => ({ count, index: (index % count) + 1 }));
  fc.assert(
    fc.property(fc.nat(50), fc.option(fc.nat(60)), fc.option(shards), (found, limit, shard) => {
      const all = Array.from({ length: found }, (_, place) => place);
      const drawn = partOf(draw(all, limit, 3), shard);
      expect(plannedCount({ found, limit, shard })).toBe(drawn.length);
    }),
  );
});

describe('failures', () => {
  const failed = (file: string, code: ErrorCode, format: string) => ({
    file,
    failure: { code, parameters: { file, format }, detail: `at ${file}` },
  });

  it('of one cause are one entry, the most frequent first', () => {
    const groups = failureGroups([
      failed('a.png', 'damagedPicture', 'PNG'),
      failed('1.heic', 'foreignPicture', 'HEIC'),
      failed('2.heic', 'foreignPicture', 'HEIC'),
      failed('3.jxl', 'foreignPicture', 'JPEG XL'),
    ]);
    expect(groups.map(({ files }) => files)).toEqual([['1.heic', '2.heic'], ['a.png'], ['3.jxl']]);
  });
});
