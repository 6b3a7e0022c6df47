import { randomBytes } from 'node:crypto';

import type { PanelBootstrap } from '../../protocol/panel.js';
import type { TimelineBootstrap } from '../../protocol/timeline.js';

/** Addresses as the page sees them. */
export interface PageSources {
  readonly script: string;
  readonly style: string;
  /** Source expression of the content security policy for files of the extension. */
  readonly csp: string;
}

/** The page: nothing may be loaded or run that this document does not name. */
export function panelHtml(
  { script, style, csp }: PageSources,
  bootstrap: PanelBootstrap | TimelineBootstrap,
): string {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${csp} 'nonce-${nonce}'`,
    `img-src ${csp} blob: data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${attribute(bootstrap.locale)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="csp-nonce" content="${nonce}">
<link rel="stylesheet" href="${attribute(style)}">
<title>Relevance-CAM</title>
</head>
<body>
<div id="app"></div>
<script type="application/json" id="bootstrap" nonce="${nonce}">${json(bootstrap)}</script>
<script src="${attribute(script)}" nonce="${nonce}"></script>
</body>
</html>`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** JSON that cannot end the script element it stands in. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
