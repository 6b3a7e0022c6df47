import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { htmlOf } from '../../../../src/evaluation/export/html.js';
import type { ReportBootstrap } from '../../../../src/evaluation/reportPage.js';
import { PANEL_STRINGS } from '../../../../src/protocol/panelStrings.js';
import { reportOf } from '../reports.js';

const report = reportOf([]);
const NASTY = fc.string({
  unit: fc.constantFrom('<', '/', '</script>', '<!--', '-->', '&', '"', "'", '\\', '\u2028', '한', 'a'),
});

function pageOf(name: string, script = '', title = ''): string {
  const shown = {
    report: { ...report, unmatched: [{ name, pictures: 1 }] },
    failures: [],
    unread: [],
    pictures: { kind: 'whole', addresses: {} },
  } as const;
  const bootstrap: ReportBootstrap = {
    strings: PANEL_STRINGS,
    locale: 'en',
    alone: { shown, other: null },
  };
  return htmlOf({ script, style: 'b{}' }, bootstrap, title);
}

/** What a browser takes for the content of scripts: up to the next end of one. */
function scriptsOf(html: string): readonly string[] {
  return [...html.matchAll(/<script\b[^>]*>(.*?)<\/script>/gs)].map(([, content = '']) => content);
}

it('holds its data whatever they are, in a script of its own', () => {
  fc.assert(
    fc.property(NASTY, (name) => {
      const scripts = scriptsOf(pageOf(name));
      expect(scripts).toHaveLength(2);
      expect(JSON.parse(scripts[0] ?? '')).toMatchObject({
        alone: { shown: { report: { unmatched: [{ name }] } } },
      });
    }),
  );
});

it('runs the program that it was given, whatever texts are in it', () => {
  fc.assert(
    fc.property(NASTY, (text) => {
      const [, script = ''] = scriptsOf(pageOf('', JSON.stringify(text)));
      expect(script).not.toContain('<!--');
      expect(runInNewContext(script)).toBe(text);
    }),
  );
});

it('may load nothing, and its title is text', () => {
  const html = pageOf('', '', '<b>"&');
  expect(html).toContain('<title>&lt;b>&quot;&amp;</title>');
  expect(html).toContain(
    `content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"`,
  );
  expect(html).not.toMatch(/\b(src|href)=/);
});
