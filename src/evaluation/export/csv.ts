import { METHOD_FACTS } from '../../protocol/methods.js';
import { METRIC_FACTS } from '../../protocol/metrics.js';
import { tableTitle } from './numbers.js';
import type { MetricTable } from '../metricTable.js';

const HEADER = [
  ...['metric', 'method', 'layer', 'tensor', 'height', 'width'],
  ...['n', 'mean', 'low95', 'high95'],
] as const;

/** Without those that the multiplication by 100 adds. */
const DIGITS = 12;

/** A line for each mean, percentages as percentages (RFC 4180). */
export function csvOf(tables: readonly MetricTable[]): string {
  const lines = tables.flatMap((table) => {
    const { metric, methods, rows } = table;
    return rows.flatMap(({ layer, cells }) =>
      cells.flatMap((cell, column) => {
        const method = methods[column];
        if (cell === null || method === undefined) return [];
        const { factor } = METRIC_FACTS[metric];
        const numbers = [cell.mean, cell.low, cell.high].map((value) =>
          String(Number((value * factor).toPrecision(DIGITS))),
        );
        const { label, tensor, height, width } = layer;
        const names = [tableTitle(table), METHOD_FACTS[method].label, label, tensor];
        return [[...names, String(height), String(width), String(cell.n), ...numbers]];
      }),
    );
  });
  return [HEADER, ...lines].map((fields) => `${fields.map(csvField).join(',')}\r\n`).join('');
}

/** Quoted where it must be. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
