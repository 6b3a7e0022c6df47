import { randomBytes } from 'node:crypto';

import type { ReportBootstrap } from '../../evaluation/reportPage.js';
import { htmlJson, htmlText } from '../../protocol/html.js';
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
  bootstrap: PanelBootstrap | TimelineBootstrap | ReportBootstrap,
): string {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${csp} 'nonce-${nonce}'`,
    `img-src ${csp} blob: data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${htmlText(bootstrap.locale)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${htmlText(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="csp-nonce" content="${nonce}">
<link rel="stylesheet" href="${htmlText(style)}">
<title>Relevance-CAM</title>
</head>
<body>
<div id="app"></div>
<script type="application/json" id="bootstrap" nonce="${nonce}">${htmlJson(bootstrap)}</script>
<script src="${htmlText(script)}" nonce="${nonce}"></script>
</body>
</html>`;
}
