import { htmlJson, htmlText } from '../../protocol/html.js';
import type { ReportBootstrap } from '../reportPage.js';

/** The report's page as it is bundled: the contents of `report.js` and `report.css`. */
export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

/** The page with all that it shows, as one file that loads nothing. */
export function htmlOf({ script, style }: PageFiles, bootstrap: ReportBootstrap, title: string): string {
  return `<!DOCTYPE html>
<html lang="${htmlText(bootstrap.locale)}" class="alone">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${htmlText(title)}</title>
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<script type="application/json" id="bootstrap">${htmlJson(bootstrap)}</script>
<script>${scriptText(script)}</script>
</body>
</html>
`;
}

/** A program that does not end the element it stands in, nor begin a comment there: both stand in its texts alone. */
function scriptText(script: string): string {
  return script.replaceAll(/<(\/script|!--)/gi, '\\x3c$1');
}
