import { expect } from 'vitest';

import { GraphBuilder } from '../../../../src/engine/onnx/builder.js';
import type { Graph } from '../../../../src/engine/onnx/graph.js';
import { DataType, elementCount } from '../../../../src/engine/onnx/tensor.js';
import type { Pass } from '../../../../src/engine/rules/rule.js';
import type { Reading } from '../../../../src/protocol/reading.js';
import { backwardBy, readingOf } from '../../../../src/engine/rules/reading.js';
import { ruleOf } from '../../../../src/engine/rules/table.js';
import { analysed, evaluate, run, values, type Values } from '../graphs.js';

/**
 * What the rule of a graph's last node carries to `x`, where `arriving` comes to its first output.
 * @param by a reading of the rule instead of the one that the graph asks for
 * @param outputs those to which `arriving` comes instead
 */
export async function carried(
  graph: Graph,
  pass: Pass,
  x: Values,
  arriving: Values,
  by?: Reading,
  outputs: readonly number[] = [0],
): Promise<Values> {
  const analysis = await analysed(graph);
  const last = graph.nodes.at(-1);
  if (last === undefined) throw new Error('a graph of no nodes');
  const builder = new GraphBuilder('test/');
  const rule = ruleOf(last);
  if (rule === null) throw new Error(`${last.op} has no rule`);
  const context = analysis.context(last, builder);
  expect(rule.covers?.(context, pass) ?? true).toBe(true);
  const backward =
    pass === 'derivative' ? rule.derivative : backwardBy(rule, by ?? readingOf(rule, context, false));
  const sent = backward(
    context,
    last.outputs.map((_, index) => (outputs.includes(index) ? 'arriving' : null)),
  );
  const toX = last.inputs.flatMap((name, index) => (name === 'x' ? (sent[index] ?? []) : []));
  const total = toX.reduce((sum, value) => builder.add(sum, value));
  const whole: Graph = {
    ...graph,
    nodes: [...graph.nodes, ...builder.nodes],
    initializers: new Map([...graph.initializers, ...builder.initializers]),
    inputs: [...graph.inputs, { name: 'arriving', dataType: DataType.FLOAT, shape: arriving.dims }],
    outputs: [{ name: total, dataType: DataType.FLOAT, shape: null }],
  };
  const result = (await run(whole, { x, arriving })).get(total);
  if (result === undefined) throw new Error('nothing was carried');
  expect(result.dims).toEqual(x.dims);
  return result;
}

/** Output of a graph's first output for each of many inputs. */
export async function forward(
  graph: Graph,
  inputs: readonly Values[],
): Promise<readonly (readonly number[])[]> {
  return evaluate(
    graph,
    inputs.map((x) => ({ x })),
    graph.outputs[0]?.name ?? '',
  );
}

/** Shape of a graph's first output. */
export async function outputDims(graph: Graph, x: Values): Promise<readonly number[]> {
  return (await run(graph, { x })).get(graph.outputs[0]?.name ?? '')?.dims ?? [];
}

/** Σ_j g_j (f_j(x + h e_i) − f_j(x − h e_i)) / 2h for every i. */
export async function centralDifferences(graph: Graph, x: Values, g: Values, h: number): Promise<Values> {
  const shifted = (index: number, by: number): Values =>
    values(
      x.dims,
      x.data.map((value, place) => (place === index ? value + by : value)),
    );
  const inputs = x.data.flatMap((_, index) => [shifted(index, h), shifted(index, -h)]);
  const outputs = await forward(graph, inputs);
  const dot = (y: readonly number[] = []): number =>
    y.reduce((sum, value, j) => sum + value * (g.data[j] ?? 0), 0);
  return values(
    x.dims,
    x.data.map((_, index) => (dot(outputs[2 * index]) - dot(outputs[2 * index + 1])) / (2 * h)),
  );
}

/** M[j][i] with f(x) = M x, from the images of the unit vectors. */
export async function matrixOf(graph: Graph, x: Values): Promise<readonly (readonly number[])[]> {
  const count = elementCount(x.dims);
  const units = Array.from({ length: count }, (_, unit) =>
    values(
      x.dims,
      Array.from({ length: count }, (__, place) => (place === unit ? 1 : 0)),
    ),
  );
  const columns = await forward(graph, units);
  return (columns[0] ?? []).map((_, j) => columns.map((column) => column[j] ?? 0));
}

/** The z⁺ rule by its definition: R_i = Σ_j (x_i⁺ m_ji⁺ + x_i⁻ m_ji⁻) / z_j R_j, with z_j the sum of that over i. */
export function zPlusRule(matrix: readonly (readonly number[])[], x: Values, relevance: Values): Values {
  const share = (weight: number, value: number): number =>
    Math.max(weight, 0) * Math.max(value, 0) + Math.min(weight, 0) * Math.min(value, 0);
  const result = x.data.map(() => 0);
  matrix.forEach((row, j) => {
    const shares = row.map((weight, i) => share(weight, x.data[i] ?? 0));
    const z = shares.reduce((sum, value) => sum + value, 0);
    if (z <= 1e-9) return;
    shares.forEach((value, i) => {
      result[i] = (result[i] ?? 0) + (value / z) * (relevance.data[j] ?? 0);
    });
  });
  return values(x.dims, result);
}

/**
 * The γ rule by its definition: R_i = Σ_j (z_ji + γ z_ji^±) / (y_j + γ Σ_i z_ji^±) R_j, with z_ji = m_ji x_i, z^± the part of
 * z that has the sign of y_j, and γ = 0.25.
 * @param y what the operator gives, its bias included
 */
export function gammaRule(
  matrix: readonly (readonly number[])[],
  x: Values,
  y: readonly number[],
  relevance: Values,
): Values {
  const result = x.data.map(() => 0);
  matrix.forEach((row, j) => {
    const real = y[j] ?? NaN;
    const parts = row.map((weight, i) => weight * (x.data[i] ?? 0));
    const alike = parts.map((z) => (real >= 0 ? Math.max(z, 0) : Math.min(z, 0)));
    const divisor = real + 0.25 * alike.reduce((sum, z) => sum + z, 0);
    if (Math.abs(divisor) <= 1e-9) return;
    parts.forEach((z, i) => {
      result[i] = (result[i] ?? 0) + ((z + 0.25 * (alike[i] ?? 0)) / divisor) * (relevance.data[j] ?? 0);
    });
  });
  return values(x.dims, result);
}

/** Largest difference against the largest expected value. */
export function expectClose(actual: Values, expected: Values, tolerance: number): void {
  expect(actual.dims).toEqual(expected.dims);
  const largest = Math.max(1e-3, ...expected.data.map(Math.abs));
  const worst = Math.max(
    ...actual.data.map((value, index) => Math.abs(value - (expected.data[index] ?? NaN))),
  );
  expect(
    worst / largest,
    `actual ${actual.data.slice(0, 8).join()} expected ${expected.data.slice(0, 8).join()}`,
  ).toBeLessThan(tolerance);
}
