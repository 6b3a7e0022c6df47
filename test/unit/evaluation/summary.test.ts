import { describe, expect, it } from 'vitest';

import { accuracyOf } from '../../../src/evaluation/accuracy.js';
import { compareReports } from '../../../src/evaluation/compare.js';
import { ranked } from '../../../src/evaluation/extremes.js';
import { RunningMeans } from '../../../src/evaluation/running.js';
import { summarise } from '../../../src/evaluation/summary.js';
import { pictureOf, reportOf } from './reports.js';

const PICTURES = [
  pictureOf('1.png', 0.1),
  pictureOf('2.png', 0.3, { predicted: 1, marked: { target: 0, share: 0.2 } }),
  pictureOf('3.png', null, { expected: [], marked: null }),
  pictureOf('4.png', 0.8, {
    expected: [2, 0],
    values: [
      [
        [0.8, 0.5],
        [0.7, 0.4],
      ],
      [
        [0.6, 0.3],
        [0.5, null],
      ],
    ],
  }),
];

describe('summarise', () => {
  it('has a table for each metric with the means of layers by methods', () => {
    const tables = ofAll(reportOf(PICTURES));
    expect(tables.map(({ metric }) => metric)).toEqual(['average-drop', 'iou']);
    const means = tables.map(({ rows }) =>
      rows.map(({ cells }) => cells.map((cell) => [cell?.mean, cell?.n])),
    );
    expect(means).toEqual([
      [
        [
          [near(1.2 / 3), 3],
          [near(1 / 3), 3],
        ],
        [
          [near(1.1 / 3), 3],
          [near(0.9 / 3), 3],
        ],
      ],
      [
        [
          [near(0.9 / 3), 3],
          [near(0.7 / 3), 3],
        ],
        [
          [near(0.8 / 3), 3],
          [near(0.2), 2],
        ],
      ],
    ]);
  });

  it('counts the correctly classified pictures alone where the plan says so', () => {
    const [table] = summarise(reportOf(PICTURES, { onlyCorrect: true }));
    expect(table?.rows[0]?.cells[0]).toMatchObject({ n: 2, mean: 0.45 });
  });

  it('has IoU of objects under 30 % of the picture, and of the others, in tables of their own', () => {
    const sized = (file: string, value: number, share: number): ReturnType<typeof pictureOf> =>
      pictureOf(file, value, { marked: { target: 0, share } });
    const large = [sized('3.png', 0.6, 0.3), sized('4.png', 0.8, 1)];
    const small = [sized('1.png', 0.2, 0.01), sized('2.png', 0.3, 0.2999)];
    const unmarked = pictureOf('5.png', null, { marked: null });
    const wrong = pictureOf('6.png', 0.9, { predicted: 1, marked: { target: 0, share: 0.1 } });
    const named = (report: ReturnType<typeof reportOf>): unknown =>
      summarise(report).map((table) => {
        const cell = table.rows[0]?.cells[0];
        return [table.metric, table.objects, cell?.n, cell?.mean];
      });
    const pictures = [...small, ...large, unmarked, wrong];
    expect(named(reportOf(pictures, { onlyCorrect: true }))).toEqual([
      ['average-drop', null, 4, near(1.9 / 4)],
      ['iou', null, 4, near(1.9 / 4)],
      ['iou', 'small', 2, near(0.25)],
      ['iou', 'large', 2, near(0.7)],
    ]);
    expect(named(reportOf([...small, unmarked]))).toHaveLength(2);
    expect(named(reportOf(large))).toHaveLength(2);
  });

  it('draws with the seed of the plan', () => {
    const many = Array.from({ length: 40 }, (_, i) => pictureOf(`${i}.png`, Math.sqrt(i)));
    const report = reportOf(many);
    expect(summarise(report)).toEqual(summarise(report));
    expect(summarise(reportOf(many, { seed: 1 }))).not.toEqual(summarise(report));
  });
});

describe('the means of a run', () => {
  it('are those of the summary', () => {
    for (const onlyCorrect of [false, true]) {
      const report = reportOf(PICTURES, { onlyCorrect });
      const running = new RunningMeans(report.plan);
      for (const picture of PICTURES) running.add(picture);
      const means = (tables: ReturnType<typeof summarise>): object[] =>
        tables.map(({ metric, methods, rows }) => ({
          metric,
          methods,
          rows: rows.map(({ layer, cells }) => ({
            layer,
            cells: cells.map((cell) => cell && { n: cell.n, mean: near(cell.mean) }),
          })),
        }));
      expect(running.tables).toMatchObject(means(ofAll(report)));
    }
  });
});

describe('accuracy', () => {
  it('counts any of the expected classes as right, and pictures of which nothing is said not at all', () => {
    const confused = pictureOf('5.png', 1, { expected: [0], predicted: 1 });
    const other = pictureOf('6.png', 1, { expected: [2], predicted: 0 });
    expect(accuracyOf({ pictures: [other, ...PICTURES, confused] })).toEqual({
      correct: 2,
      n: 5,
      confusions: [
        { expected: 0, predicted: 1, pictures: 2 },
        { expected: 2, predicted: 0, pictures: 1 },
      ],
    });
    expect(accuracyOf({ pictures: PICTURES.slice(2, 3) })).toBeNull();
  });
});

describe('ranked', () => {
  it('has the best first, whichever way that is', () => {
    const files = (metric: number): readonly string[] =>
      ranked(reportOf(PICTURES), { method: 0, layer: 0, metric }).map(({ picture }) => picture.file);
    expect(files(0)).toEqual(['1.png', '2.png', '4.png']);
    expect(files(1)).toEqual(['4.png', '2.png', '1.png']);
  });
});

describe('compareReports', () => {
  it('takes the pictures that both have, and layers by tensor or by name', () => {
    const earlier = reportOf([pictureOf('1.png', 0.5), pictureOf('2.png', 0.5), pictureOf('9.png', 0)], {
      layers: [{ tensor: 'renamed', label: 'layer2', height: 1, width: 1 }],
      methods: ['grad-cam'],
    });
    const later = reportOf(PICTURES);
    const differences = compareReports(earlier, later);
    expect(differences.map(({ metric, method, layer }) => [metric, method, layer.tensor])).toEqual([
      ['average-drop', 'grad-cam', 'b'],
      ['iou', 'grad-cam', 'b'],
    ]);
    const [first] = differences;
    expect(first?.earlier).toEqual({ mean: 0.5, low: 0.5, high: 0.5, n: 2 });
    expect(first?.later).toMatchObject({ mean: 0.2, n: 2 });
    expect(first?.difference.mean).toBeCloseTo(-0.3, 12);
    expect(first?.difference.low).toBeCloseTo(-0.4, 12);
    expect(first?.difference.high).toBeCloseTo(-0.2, 12);
  });

  it('has the interval of paired differences, not that of two samples', () => {
    const files = Array.from({ length: 30 }, (_, i) => [`${i}.png`, i / 30] as const);
    const of = (shift: number): ReturnType<typeof reportOf> =>
      reportOf(files.map(([file, value]) => pictureOf(file, value + shift)));
    const [first] = compareReports(of(0), of(0.01));
    expect(first?.difference.low).toBeCloseTo(0.01, 9);
    expect(first?.difference.high).toBeCloseTo(0.01, 9);
  });
});

/** Without the tables of small and of large objects. */
function ofAll(report: ReturnType<typeof reportOf>): ReturnType<typeof summarise> {
  return summarise(report).filter(({ objects }) => objects === null);
}

function near(value: number): unknown {
  return expect.closeTo(value, 12);
}
