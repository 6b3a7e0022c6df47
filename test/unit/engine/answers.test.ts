// What a model says, against ONNX Runtime's values of its unmodified file and relevance computed by hand.
import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

import type { Graph } from '../../../src/engine/onnx/graph.js';
import { readModel } from '../../../src/engine/onnx/read.js';
import { floatTensor, floatValues, type Tensor } from '../../../src/engine/onnx/tensor.js';
import type { ExplainRequest } from '../../../src/protocol/engineApi.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { METHODS, type MethodId } from '../../../src/protocol/methods.js';
import { at, explain, saved } from './explaining.js';
import { furthest } from './statistics.js';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/answers');

/** A model of the folder, or any by its whole path, on a picture or array of the folder. */
function ask(model: string, picture: string, asked?: Partial<ExplainRequest>): Promise<Explanation> {
  return explain(path.resolve(FOLDER, model), path.join(FOLDER, picture), asked);
}

const AS_IT_IS = { mean: [0, 0, 0], std: [1, 1, 1] };

describe('one output', () => {
  test('of Keras, a sigmoid, is the probability of class 1', async () => {
    const expected = { disc: [0.1671, 0.0565, 0.1383], ring: [0.4689, 0.5573, 0.5465] };
    const settings = { ...AS_IT_IS, range: [0, 255] } as const;
    for (const [label, values] of Object.entries(expected))
      for (const [index, probability] of values.entries()) {
        const picture = `one-sigmoid-keras/val/${label}/00${index}.png`;
        const { probabilities, target } = await ask('one-sigmoid-keras/shape.onnx', picture, {
          settings,
        });
        expect(probabilities?.[1], picture).toBeCloseTo(probability, 3);
        expect(probabilities?.[0], picture).toBeCloseTo(1 - probability, 3);
        expect(target.label).toBe(probability > 0.5 ? 'ring' : 'disc');
      }
  });

  const settings = { mean: [0], std: [1], range: [0, 1] } as const;

  test.each(METHODS)('has the maps of the same classifier with two, by %s', async (method) => {
    for (const picture of ['both', 'dark'])
      for (const target of [0, 1]) {
        const file = `one-logit-relevance/${picture}.png`;
        const one = await ask('one-logit-relevance/one.onnx', file, { settings, method, target });
        // The file with two outputs puts z first, which speaks for the other file's class 1.
        const two = await ask('one-logit-relevance/two.onnx', file, {
          settings,
          method,
          target: 1 - target,
        });
        expect(one.layers.length).toBeGreaterThan(0);
        expect(one.target.logit).toBeCloseTo(two.target.logit, 4);
        expect(one.layers.map(({ tensor }) => tensor)).toEqual(two.layers.map(({ tensor }) => tensor));
        for (const [index, { map, weights, tensor }] of one.layers.entries()) {
          const other = two.layers[index];
          const largest = Math.max(...Array.from(map, Math.abs), 1e-6);
          const place = `${picture} ${target} ${tensor}`;
          expect(furthest(map, other?.map ?? []) / largest, place).toBeLessThan(1e-4);
          if (weights !== null) expect(furthest(weights, other?.weights ?? []), place).toBeLessThan(1e-4);
        }
      }
  });

  test('gives each class evidence of its own', async () => {
    const asked = { settings, target: 0 };
    const { layers, target } = await ask(
      'one-logit-relevance/one.onnx',
      'one-logit-relevance/both.png',
      asked,
    );
    expect(target.logit).toBeCloseTo(3.116, 3);
    const last = layers.at(-1);
    const { width = 0, map = [] } = last ?? {};
    const highest = (from: number, to: number): number =>
      Math.max(...Array.from(map).filter((_, index) => index % width >= from && index % width < to));
    expect(highest(0, width / 2)).toBeCloseTo(3.487, 2);
    expect(highest(width / 2, width)).toBeCloseTo(32.819, 2);
    expect(last?.top.map(({ channel }) => channel)).toEqual([12, 13, 3]);
    expect(last?.top.map(({ weight }) => weight.toFixed(3))).toEqual(['0.489', '0.439', '0.424']);
  });
});

describe('independent outputs', () => {
  const explainFindings = (target: number | null, method: MethodId): Promise<Explanation> =>
    ask('multi-label/findings.onnx', 'multi-label/x.npy', { target, method });

  test('have a sigmoid each: several are true', async () => {
    const { probabilities, target } = await explainFindings(null, 'relevance-cam');
    const expected = [0.9316, 0.8383, 0.048, 0.1099, 0.0258];
    expect(furthest(probabilities ?? [], expected)).toBeLessThan(1e-4);
    expect(target.label).toBe('effusion');
  });

  test('stand against their own negation: a class’s relevance does not depend on the others', async () => {
    const graph = readModel(path.join(FOLDER, 'multi-label/findings.onnx'));
    for (const target of [1, 3]) {
      const alone = await explainAlone(graph, target);
      const { layers } = await explainFindings(target, 'clrp');
      expect(layers.length).toBeGreaterThan(0);
      for (const [index, { map }] of layers.entries()) {
        const expected = alone.layers[index]?.map ?? [];
        const largest = Math.max(...Array.from(expected, Math.abs));
        expect(furthest(map, expected) / largest).toBeLessThan(1e-4);
      }
    }
  });
});

describe('what the values are', () => {
  const settings = { fit: 'squash', range: [0, 1] } as const;
  const softmax = (logits: readonly number[]): readonly number[] => {
    const powers = logits.map(Math.exp);
    return powers.map((power) => power / powers.reduce((sum, value) => sum + value, 0));
  };
  const logit = (probability: number): number => Math.log(probability / (1 - probability));
  const FINDINGS = [0.9316, 0.8383, 0.048, 0.1099, 0.0258];

  test('is what config.json beside the model says', async () => {
    const asked = { settings };
    const { probabilities } = await ask('hf-problem-type/model.onnx', 'hf-problem-type/q.png', asked);
    expect(furthest(probabilities ?? [], [0.891, 0.001, 0.993])).toBeLessThan(1e-3);
  });

  test('is what the user says before that', async () => {
    const asked = { settings: { ...settings, activation: 'softmax' } } as const;
    const { probabilities } = await ask('hf-problem-type/model.onnx', 'hf-problem-type/q.png', asked);
    expect(furthest(probabilities ?? [], softmax([0.891, 0.001, 0.993].map(logit)))).toBeLessThan(5e-3);
  });

  test('is what the model itself says before config.json', async () => {
    const model = at('own.onnx');
    copyFileSync(path.join(FOLDER, 'multi-label/findings.onnx'), model);
    writeFileSync(at('config.json'), JSON.stringify({ problem_type: 'single_label_classification' }));
    const own = await ask(model, 'multi-label/x.npy');
    expect(furthest(own.probabilities ?? [], FINDINGS)).toBeLessThan(1e-4);
    const said = await ask(model, 'multi-label/x.npy', { settings: { activation: 'softmax' } });
    expect(furthest(said.probabilities ?? [], softmax(FINDINGS.map(logit)))).toBeLessThan(1e-3);
  });

  test('makes bare logits independent, as if the file had their Sigmoid', async () => {
    const graph = readModel(path.join(FOLDER, 'multi-label/findings.onnx'));
    const last = graph.nodes.find(({ op }) => op === 'Sigmoid');
    const output = { ...graph.outputs[0], name: last?.inputs[0] ?? '', dataType: 1, shape: null };
    const nodes = graph.nodes.filter((node) => node !== last);
    const model = saved('bare', { ...graph, nodes, outputs: [output] });
    const asked = { method: 'clrp', target: 1 } as const;
    const bare = await ask(model, 'multi-label/x.npy', { ...asked, settings: { activation: 'sigmoid' } });
    const own = await ask('multi-label/findings.onnx', 'multi-label/x.npy', asked);
    expect(furthest(bare.probabilities ?? [], FINDINGS)).toBeLessThan(1e-4);
    for (const [index, { map }] of own.layers.entries())
      expect(furthest(bare.layers[index]?.map ?? [], map)).toBeLessThan(1e-4);
  });
});

/** The class by itself: the classifier's row of it is all that is left of the model. */
function explainAlone(graph: Graph, row: number): Promise<Explanation> {
  const rowOf = (name: string): Tensor => {
    const tensor = graph.initializers.get(name);
    const values = Array.from((tensor && floatValues(tensor)) ?? []);
    const size = values.length / 5;
    return floatTensor(values.slice(row * size, (row + 1) * size), [1, ...(tensor?.dims ?? []).slice(1)]);
  };
  const rows = ['fc.weight', 'fc.bias'].map((name) => [name, rowOf(name)] as const);
  const initializers = new Map([...graph.initializers, ...rows]);
  return ask(saved(`row-${row}`, { ...graph, initializers }), 'multi-label/x.npy', {
    method: 'clrp',
    target: 1,
  });
}
