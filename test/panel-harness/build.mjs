// Bundles the pages with their stand-in hosts and writes an HTML file of each per theme and language, under the CSP that
// they have. What the timeline shows is written beside them by timelineData.mts.
import { build } from 'esbuild';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { THEMES } from './themes.mjs';

const NONCE = 'harness';
const root = join(import.meta.dirname, '../..');

export async function buildHarness(outdir) {
  await mkdir(outdir, { recursive: true });
  await build({
    bundle: true,
    outdir,
    entryPoints: {
      webview: join(root, 'src/webview/main.tsx'),
      timeline: join(root, 'src/webview/timeline/main.tsx'),
      report: join(root, 'src/webview/report/main.tsx'),
      host: join(root, 'test/panel-harness/host.ts'),
      timelineHost: join(root, 'test/panel-harness/timelineHost.ts'),
      reportHost: join(root, 'test/panel-harness/reportHost.ts'),
    },
    format: 'iife',
    target: 'chrome122',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    entryPoints: [join(root, 'src/protocol/panelStrings.ts')],
    format: 'esm',
  });
  const { PANEL_STRINGS } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  );
  const bundle = JSON.parse(await readFile(join(root, 'l10n/bundle.l10n.ko.json'), 'utf8'));
  const korean = Object.entries(PANEL_STRINGS).map(([key, text]) => [key, bundle[text] ?? text]);
  for (const [name, theme] of Object.entries(THEMES)) {
    for (const [suffix, locale, strings] of [
      ['', 'en', PANEL_STRINGS],
      ['.ko', 'ko', Object.fromEntries(korean)],
    ]) {
      const panel = pageOf(theme, locale, strings, 'webview', ['host.js']);
      await writeFile(join(outdir, `${name}${suffix}.html`), panel);
      const timeline = pageOf(theme, locale, strings, 'timeline', ['timelineData.js', 'timelineHost.js']);
      await writeFile(join(outdir, `${name}.timeline${suffix}.html`), timeline);
      const report = pageOf(theme, locale, strings, 'report', ['reportHost.js']);
      await writeFile(join(outdir, `${name}.report${suffix}.html`), report);
    }
  }
}

function pageOf({ kind, colors }, locale, strings, entry, before) {
  const display = {
    colorMap: 'viridis',
    opacity: 0.6,
    smooth: true,
    mask: false,
    emphasis: 0.5,
    scale: null,
  };
  const variables = Object.entries(colors).map(([name, value]) => `--vscode-${name}: ${value};`);
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'nonce-${NONCE}'; img-src file:;">
<title>${entry}</title>
<meta property="csp-nonce" content="${NONCE}">
<style nonce="${NONCE}">:root { ${variables.join(' ')} }</style>
<link nonce="${NONCE}" rel="stylesheet" href="${entry}.css">
</head>
<body class="${kind}" data-vscode-theme-kind="${kind}">
<div id="app"></div>
<script nonce="${NONCE}" type="application/json" id="bootstrap">${JSON.stringify({ strings, locale, display, topChannels: 3, alone: null })}</script>
${[...before, `${entry}.js`].map((file) => `<script nonce="${NONCE}" src="${file}"></script>`).join('\n')}
</body>
</html>`;
}
