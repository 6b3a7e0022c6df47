import { expect, it, vi } from 'vitest';
import { FIRST_VIEW, viewOf, VIEWS } from '../../../../src/webview/views/registry.js';
import { explanationOf, subjectWith } from '../subjects.js';

// Nothing is drawn here, and the UI toolkit asks for a document as soon as it is loaded.
vi.mock('../../../../src/webview/toolkit/index.js', () => ({}));

it('finds a view by the id that is kept of it, and shows the first one in the place of one that is gone', () => {
  expect(viewOf('compare').title).toBe('viewCompare');
  expect(viewOf('magic')).toBe(FIRST_VIEW);
  expect(viewOf(null)).toBe(FIRST_VIEW);
});

it('shows nothing of another view as long as picture or model are missing', () => {
  const subject = subjectWith(explanationOf(0, { deep: [1] }));
  const able = VIEWS.filter((view) => view.show(subject) !== null);
  expect(able).toEqual([FIRST_VIEW]);
});
