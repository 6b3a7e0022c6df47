import type { Explanation, Picture } from '../../protocol/explanation.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { HostMessage, Subject, SubjectSnapshot } from '../../protocol/panel.js';

/** What the host has sent once, by the numbers that snapshots refer to it by. */
export interface Parts {
  readonly models: ReadonlyMap<number, ModelInfo>;
  readonly pictures: ReadonlyMap<number, Picture>;
  readonly explanations: ReadonlyMap<number, Explanation>;
}

export type PartMessage = Extract<HostMessage, { type: 'model' | 'picture' | 'explanation' }>;

export const NO_PARTS: Parts = { models: new Map(), pictures: new Map(), explanations: new Map() };

export function withPart(parts: Parts, message: PartMessage): Parts {
  switch (message.type) {
    case 'model':
      return { ...parts, models: new Map(parts.models).set(message.id, message.model) };
    case 'picture':
      return { ...parts, pictures: new Map(parts.pictures).set(message.id, message.picture) };
    case 'explanation':
      return { ...parts, explanations: new Map(parts.explanations).set(message.id, message.explanation) };
  }
}

/** The subject with its parts in place of their numbers. */
export function assemble({ models, pictures, explanations }: Parts, snapshot: SubjectSnapshot): Subject {
  return {
    ...snapshot,
    model: partOf(models, snapshot.model),
    picture: partOf(pictures, snapshot.picture),
    explanation: partOf(explanations, snapshot.explanation),
  };
}

/** The parts that the subjects refer to. */
export function referredTo(
  { models, pictures, explanations }: Parts,
  subjects: readonly SubjectSnapshot[],
): Parts {
  return {
    models: only(
      models,
      subjects.map(({ model }) => model),
    ),
    pictures: only(
      pictures,
      subjects.map(({ picture }) => picture),
    ),
    explanations: only(
      explanations,
      subjects.map(({ explanation }) => explanation),
    ),
  };
}

/** null where there is none, or where it has not arrived. */
export function partOf<T>(parts: ReadonlyMap<number, T>, id: number | null): T | null {
  return id === null ? null : (parts.get(id) ?? null);
}

/** The parts of these numbers. */
export function only<T>(
  parts: ReadonlyMap<number, T>,
  ids: readonly (number | null)[],
): ReadonlyMap<number, T> {
  return new Map([...parts].filter(([id]) => ids.includes(id)));
}
