import { expect, it, vi } from 'vitest';
import { FIRST_VIEW, viewOf, VIEWS, viewsFor } from '../../../../src/webview/views/registry.js';
import { layerOf, MODEL } from '../../models.js';
import { explanationOf, subjectWith } from '../subjects.js';

// Nothing is drawn here, and the UI toolkit asks for a document as soon as it is loaded.
vi.mock('../../../../src/webview/toolkit/index.js', () => ({}));

it('finds a view by the id that is kept of it, and shows the first one in the place of one that is gone', () => {
  expect(viewOf('compare', null).title).toBe('viewCompare');
  expect(viewOf('magic', null)).toBe(FIRST_VIEW);
  expect(viewOf(null, null)).toBe(FIRST_VIEW);
});

it('shows nothing of another view as long as picture or model are missing', () => {
  const subject = subjectWith(explanationOf(0, { deep: [1] }));
  const able = VIEWS.filter((view) => view.show(subject) !== null);
  expect(able).toEqual([FIRST_VIEW]);
});

it('has the head’s method only where that is shown: the others choose methods of their own', () => {
  const effective = VIEWS.filter(({ hasMethod }) => hasMethod).map(({ id }) => id);
  expect(effective).toEqual(['explain', 'classes', 'channel', 'sanity']);
});

it('shows no views about layers of a model that has none', () => {
  expect(viewsFor(MODEL)).toEqual([FIRST_VIEW]);
  expect(viewOf('compare', MODEL)).toBe(FIRST_VIEW);
  expect(viewsFor({ ...MODEL, layers: [layerOf('a')] })).toBe(VIEWS);
});
