import { describe, expect, it } from 'vitest';

import { panelHtml } from '../../../../src/extension/panel/panelHtml.js';
import type { PanelBootstrap } from '../../../../src/protocol/panel.js';
import { PANEL_STRINGS } from '../../../../src/protocol/panelStrings.js';
import { DISPLAY } from '../../../display.js';

const SOURCES = { script: 'https://x/webview.js', style: 'https://x/webview.css', csp: 'https://*.csp' };
const BOOTSTRAP: PanelBootstrap = {
  strings: { ...PANEL_STRINGS, layers: '</script><script>alert(1)</script>' },
  locale: 'ko',
  display: DISPLAY,
  topChannels: 3,
};

function capture(html: string, pattern: RegExp): string {
  const found = pattern.exec(html)?.[1];
  if (found === undefined) throw new Error(`${pattern.source} is not in the page`);
  return found;
}

describe('the page', () => {
  const html = panelHtml(SOURCES, BOOTSTRAP);
  const nonce = capture(html, /property="csp-nonce" content="([^"]+)"/);

  it('allows nothing by default, scripts by nonce alone', () => {
    const policy = capture(html, /Content-Security-Policy" content="([^"]+)"/);
    expect(policy.split('; ')).toEqual([
      `default-src 'none'`,
      `script-src 'nonce-${nonce}'`,
      `style-src https://*.csp 'nonce-${nonce}'`,
      'img-src https://*.csp blob: data:',
    ]);
    const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    expect(scripts).toHaveLength(2);
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
  });

  it('has another nonce every time', () => {
    expect(panelHtml(SOURCES, BOOTSTRAP)).not.toContain(nonce);
  });

  it('carries its data whatever they hold', () => {
    const data: unknown = JSON.parse(capture(html, /id="bootstrap"[^>]*>(.*?)<\/script>/s));
    expect(data).toEqual(BOOTSTRAP);
  });
});
