import { beforeEach, describe, expect, it } from 'vitest';

import { SubjectSender } from '../../../../src/extension/panel/subjectSender.js';
import type { HostMessage, Subject } from '../../../../src/protocol/panel.js';
import type { Picture } from '../../../../src/protocol/explanation.js';
import { MODEL } from '../../models.js';
import { explanationOf, subjectWith } from '../../webview/subjects.js';

let posted: HostMessage[];
let sender: SubjectSender;

beforeEach(() => {
  posted = [];
  sender = new SubjectSender((message) => posted.push(message));
});

/** A picture of 4 MB, as the page shows it. */
function picture(): Picture {
  const side = 1024;
  const crop = { x: 0, y: 0, width: side, height: side };
  const rgba = new Uint8ClampedArray(4 * side * side);
  return { width: side, height: side, rgba, crop, seen: null, originalWidth: side, originalHeight: side };
}

/** What every class takes: the subject is shown while it is computed and once it is there. */
function explainAnother(subject: Subject, target: number): Subject {
  sender.send([{ ...subject, status: { kind: 'working' } }]);
  const next = { ...subject, explanation: explanationOf(target, { deep: [target] }) };
  sender.send([next]);
  return next;
}

/** How many bytes of pixels and how many models went to the page. */
function sent(): { readonly pixels: number; readonly models: number; readonly explanations: number } {
  // A structured clone, as what travels is one: what an object merely refers to travels too.
  const text = (message: HostMessage): string =>
    JSON.stringify(message, (_, value: unknown) =>
      value instanceof Uint8ClampedArray ? 'p'.repeat(value.byteLength) : value,
    );
  const all = posted.map(text).join('');
  return {
    pixels: all.split('p'.repeat(4 * 1024 * 1024)).length - 1,
    models: all.split(JSON.stringify(MODEL.labels)).length - 1,
    explanations: posted.filter(({ type }) => type === 'explanation').length,
  };
}

describe('a page', () => {
  it('is sent the pixels and the model once, and an explanation once, whatever happens', () => {
    let subject = subjectWith(explanationOf(0, { deep: [1] }), { picture: picture() });
    sender.greet([subject]);
    for (const target of [1, 2]) subject = explainAnother(subject, target);
    expect(sent()).toEqual({ pixels: 1, models: 1, explanations: 3 });
  });

  it('is sent a part before the snapshot that refers to it', () => {
    sender.greet([subjectWith(explanationOf(0, { deep: [1] }), { picture: picture() })]);
    expect(posted.map(({ type }) => type)).toEqual(['model', 'picture', 'explanation', 'snapshot']);
  });

  it('is sent a picture again when it is another', () => {
    const subject = subjectWith(null, { picture: picture() });
    sender.greet([subject]);
    sender.send([{ ...subject, picture: picture() }]);
    expect(sent()).toMatchObject({ pixels: 2, models: 1 });
  });

  it('is sent everything again when it begins anew, and nothing before it listens', () => {
    const subject = subjectWith(null, { picture: picture() });
    sender.send([subject]);
    expect(posted).toEqual([]);
    sender.greet([subject]);
    sender.greet([subject]);
    expect(sent()).toMatchObject({ pixels: 2, models: 2 });
  });

  it('is sent the picture of two subjects once', () => {
    const one = subjectWith(null, { picture: picture() });
    sender.greet([one, { ...one, model: { ...MODEL, path: '/other.onnx' } }]);
    expect(sent()).toMatchObject({ pixels: 1, models: 2 });
  });
});
