import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { entryLine, headLine, parseJournal, type JournalEntry } from '../../../src/evaluation/journal.js';
import { reportOf as journaled, reportText } from '../../../src/evaluation/makeReport.js';
import { mergeReports } from '../../../src/evaluation/merge.js';
import { parseReport } from '../../../src/evaluation/readReport.js';
import { draw, partOf } from '../../../src/evaluation/sample.js';
import { failureOf, pictureOf, reportOf } from './reports.js';

const { program, model, plan } = reportOf([]);
const HEAD = { program, model, plan };

/** Journals of pictures with any names and numbers, and of those that failed. */
const entries: fc.Arbitrary<readonly JournalEntry[]> = fc.uniqueArray(
  fc
    .record({
      file: fc.string({ unit: 'grapheme', minLength: 1 }),
      value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
      unmatched: fc.uniqueArray(fc.constantFrom('unicorn', 'griffin')),
      ...{ failed: fc.boolean(), smeared: fc.boolean() },
    })
    .map(({ file, value, unmatched, failed, smeared }): JournalEntry => {
      const failure = { code: 'emptyFile', parameters: { file }, detail: '' } as const;
      const picture = pictureOf(file, value);
      if (!failed) return { picture, unmatched, ...(smeared && { unread: [failure] }) };
      return { failed: { file, failure }, unmatched };
    }),
  { maxLength: 8, selector: (entry) => JSON.stringify(fileOf(entry)) },
);

describe('a journal', () => {
  it('torn at any byte holds every entry before, and says where they end', () => {
    fc.assert(
      fc.property(entries, fc.nat(), (all, cut) => {
        const lines = [headLine(HEAD), ...all.map(entryLine)].map((line) => Buffer.from(line));
        const bytes = Buffer.concat(lines);
        const torn = bytes.subarray(0, cut % (bytes.length + 1));
        let whole = 0;
        let length = 0;
        while (whole < lines.length && length + (lines[whole]?.length ?? 0) <= torn.length)
          length += lines[whole++]?.length ?? 0;
        const expected = whole === 0 ? null : { head: HEAD, entries: plain(all.slice(0, whole - 1)), length };
        expect(parseJournal('j', torn)).toEqual(expected);
      }),
    );
  });

  it('counts a picture once that two runs have written', () => {
    const [first, again] = [0.1, 0.2].map((value) =>
      entryLine({ picture: pictureOf('a', value), unmatched: [] }),
    );
    const bytes = Buffer.from(`${headLine(HEAD)}${first ?? ''}${again ?? ''}`);
    expect(parseJournal('j', bytes)?.entries).toEqual([{ picture: pictureOf('a', 0.1), unmatched: [] }]);
  });

  it('names the line that is damaged', () => {
    const bytes = Buffer.from(
      `${headLine(HEAD)}{"picture":3}\n${entryLine({ picture: pictureOf('a', 1), unmatched: [] })}`,
    );
    expect(failureOf(() => parseJournal('j', bytes))).toMatchObject({
      code: 'damagedJournal',
      parameters: { file: 'j', line: 2 },
    });
  });
});

describe('a report', () => {
  it('is the same in whatever order its pictures came, and is read as it was written', () => {
    fc.assert(
      fc.property(entries, fc.nat(), (all, seed) => {
        const text = reportText(journaled(HEAD, all));
        expect(reportText(journaled(HEAD, draw(all, null, seed)))).toBe(text);
        expect(reportText(parseReport('r', text))).toBe(text);
      }),
    );
  });

  it('that is merged from parts is that of a single run, byte by byte', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 4 }), fc.nat(), (all, count, seed) => {
        const parts = Array.from({ length: count }, (_, place) => {
          const shard = { index: place + 1, count };
          const text = reportText(journaled({ ...HEAD, plan: { ...plan, shard } }, partOf(all, shard)));
          return { file: `part${shard.index}`, report: parseReport('part', text) };
        });
        const [first, ...others] = draw(parts, null, seed);
        if (first === undefined) throw new Error('there is a part');
        expect(reportText(mergeReports(first, others))).toBe(reportText(journaled(HEAD, all)));
      }),
    );
  });
});

describe('merging', () => {
  const part = (index: number, more: Partial<typeof plan> = {}, count = 3) => ({
    file: `part${index}`,
    report: reportOf([pictureOf(`${index}.png`, 1)], { shard: { index, count }, ...more }),
  });

  it.each([
    ['parts that are missing', [part(1), part(3)], 'missingShards', { count: 3, parts: '2' }],
    [
      'a part twice',
      [part(1), part(1), part(2), part(3)],
      'repeatedShard',
      { file: 'part1', other: 'part1' },
    ],
    ['a whole report', [part(1), part(2, { shard: null })], 'wholeReport', { file: 'part2' }],
    [
      'another sample',
      [part(1), part(2, { seed: 4 })],
      'otherReport',
      { file: 'part1', other: 'part2', part: 'seed' },
    ],
    [
      'another split',
      [part(1), part(2, {}, 4)],
      'otherReport',
      { file: 'part1', other: 'part2', part: 'number of parts' },
    ],
  ])('refuses %s', (_, [first, ...others], code, parameters) => {
    if (first === undefined) throw new Error('there is a part');
    expect(failureOf(() => mergeReports(first, others))).toMatchObject({ code, parameters });
  });
});

function fileOf(entry: JournalEntry): string {
  return 'picture' in entry ? entry.picture.file : entry.failed.file;
}

/** As JSON has it: −0 is 0. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
