import * as v from 'valibot';

import type { Row } from './subject.mjs';

const ROW = v.object({
  name: v.string(),
  value: v.number(),
  unit: v.picklist(['ms', 'MiB']),
  count: v.exactOptional(v.number()),
  ratio: v.exactOptional(
    v.object({ of: v.string(), times: v.number(), inTurns: v.exactOptional(v.number()) }),
  ),
});
const RESULT = v.object({
  threads: v.number(),
  models: v.array(v.object({ model: v.string(), rows: v.array(ROW) })),
});

/** What one run of the benchmark has found. */
export type Result = v.InferOutput<typeof RESULT>;

/** What a former run wrote with `--json`. */
export function readResult(json: string): Result {
  return v.parse(RESULT, JSON.parse(json));
}

export function print({ threads, models }: Result): void {
  for (const { model, rows } of models) {
    console.log(`${model}, ${threads} threads`);
    console.table(
      Object.fromEntries(
        rows.map(({ name, value, unit, count, ratio }) => [
          name,
          {
            value: written(value, unit),
            nodes: count ?? '',
            ratio: ratio === undefined ? '' : `${ratio.times.toFixed(2)} × ${ratio.of}`,
            'in turns': ratio?.inTurns === undefined ? '' : `${ratio.inTurns.toFixed(2)} ×`,
          },
        ]),
      ),
    );
  }
}

/** Rows that two runs have both: another machine, or another load, changes values, and ratios less. */
export function printCompared(old: Result, now: Result): void {
  for (const { model, rows } of now.models) {
    const former = old.models.find((other) => other.model === model)?.rows ?? [];
    const both = rows.flatMap((row) => {
      const before = former.find(({ name }) => name === row.name);
      return before === undefined ? [] : [{ before, row }];
    });
    console.log(`${model}: ${old.threads} threads before, ${now.threads} now`);
    console.table(
      Object.fromEntries(
        both.map(({ before, row }) => [
          row.name,
          {
            before: written(before.value, before.unit),
            now: written(row.value, row.unit),
            change: `${(row.value / before.value).toFixed(2)} ×`,
            'ratio before': before.ratio?.times.toFixed(2) ?? '',
            'ratio now': row.ratio?.times.toFixed(2) ?? '',
          },
        ]),
      ),
    );
  }
}

function written(value: number, unit: Row['unit']): string {
  return `${value.toFixed(unit === 'ms' ? 1 : 0)} ${unit}`;
}
