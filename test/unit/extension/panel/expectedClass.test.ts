import { describe, expect, it } from 'vitest';

import { judgeExpected } from '../../../../src/extension/panel/expectedClass.js';
import type { Explanation } from '../../../../src/protocol/explanation.js';

function explained(...probabilities: number[]): Explanation {
  return {
    model: 'm.onnx',
    method: 'relevance-cam',
    predictions: [],
    values: Float32Array.from(probabilities),
    probabilities: Float32Array.from(probabilities),
    apart: null,
    target: { index: 0, label: 'a', probability: 0, value: 0, logit: 0 },
    layers: [],
    blocked: [],
  };
}

describe('the judgement of the expected class', () => {
  it('counts the classes that are more probable', () => {
    const explanation = explained(0.125, 0.5, 0.25, 0.125);
    expect(judgeExpected(0, ['a', 'b', 'c', 'd'], explanation)).toEqual({
      index: 0,
      label: 'a',
      rank: 3,
      probability: 0.125,
      value: 0.125,
    });
    expect(judgeExpected(1, ['a', 'b', 'c', 'd'], explanation)).toMatchObject({ label: 'b', rank: 1 });
  });

  it('tells classes of one label apart', () => {
    expect(judgeExpected(2, ['crane', 'cup', 'crane'], explained(0.2, 0.2, 0.6))?.label).toBe('crane #2');
  });

  it('is absent without a class, without an explanation and for a class the model lacks', () => {
    expect(judgeExpected(null, ['a'], explained(1))).toBeNull();
    expect(judgeExpected(0, ['a'], null)).toBeNull();
    expect(judgeExpected(7, ['a'], explained(1))).toBeNull();
  });
});
