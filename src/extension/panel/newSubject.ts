import type { Subject } from '../../protocol/panel.js';

/** What is shown of a model while there is none. */
export const NO_MODEL = { model: null, own: null, explanation: null, preprocessing: null } as const;

/** What is shown of a picture before anything is known of it. */
export function newSubject(of: Pick<Subject, 'image' | 'place'>): Subject {
  return {
    ...{ revision: 0, ...of, ...NO_MODEL },
    ...{ picture: null, annotations: null, expected: null, status: { kind: 'working' } },
  };
}
