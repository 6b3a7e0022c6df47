import { afterEach, expect, test, vi } from 'vitest';
import { wantsLittleMotion } from '../../../../src/webview/timeline/stage/usePlayer.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  { by: 'nothing', system: false, editor: '', calm: false },
  { by: 'the system’s setting', system: true, editor: '', calm: true },
  { by: 'the editor’s', system: false, editor: 'vscode-reduce-motion', calm: true },
])('a timeline is played calmly by $by: $calm', ({ system, editor, calm }) => {
  vi.stubGlobal('window', {
    matchMedia: (query: string) => ({ matches: system && query === '(prefers-reduced-motion: reduce)' }),
  });
  vi.stubGlobal('document', { body: { classList: { contains: (name: string) => name === editor } } });
  expect(wantsLittleMotion()).toBe(calm);
});
