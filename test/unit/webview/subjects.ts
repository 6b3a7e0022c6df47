import type { Explanation } from '../../../src/protocol/explanation.js';
import type { Subject } from '../../../src/protocol/panel.js';
import { SubjectSender, type SubjectMessage } from '../../../src/extension/panel/subjectSender.js';
import { MODEL } from '../models.js';

/** An explanation with one map of the values given per tensor. */
export function explanationOf(
  target: number,
  maps: Readonly<Record<string, readonly number[]>>,
): Explanation {
  const prediction = (index: number): Explanation['target'] => ({
    index,
    label: `class ${index}`,
    probability: 0.5,
    value: 0.5,
    logit: 1,
  });
  return {
    model: '/model.onnx',
    method: 'relevance-cam',
    predictions: [prediction(0), prediction(1)],
    values: new Float32Array(10),
    probabilities: new Float32Array(10),
    apart: null,
    target: prediction(target),
    layers: Object.entries(maps).map(([tensor, map]) => ({
      tensor,
      channels: 2,
      height: 1,
      width: map.length,
      map: Float32Array.from(map),
      weights: new Float32Array(2),
      top: [{ channel: 1, weight: 1, activation: new Float32Array(map.length), carried: null }],
      relevanceSum: 0,
    })),
    blocked: [],
  };
}

export function subjectWith(explanation: Explanation | null, change: Partial<Subject> = {}): Subject {
  return {
    revision: 1,
    image: { path: '/zebra.png', name: 'zebra.png' },
    place: null,
    model: MODEL,
    own: null,
    picture: null,
    annotations: null,
    explanation,
    expected: null,
    preprocessing: null,
    status: { kind: 'ready' },
    ...change,
  };
}

/** What the host tells a page that begins to listen. */
export function messagesFor(...subjects: readonly Subject[]): readonly SubjectMessage[] {
  const messages: SubjectMessage[] = [];
  new SubjectSender((message) => messages.push(message)).greet(subjects);
  return messages;
}
