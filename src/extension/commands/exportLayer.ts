import { dirname } from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';

import { EXPORT_KINDS } from '../../protocol/engineApi.js';
import type { ExportKind, ExportRequest } from '../../protocol/engineApi.js';
import { METHOD_FACTS } from '../../protocol/methods.js';
import type { PanelMessage } from '../../protocol/panel.js';
import { PANEL_STRINGS } from '../../protocol/panelStrings.js';
import type { ExplainPanel } from '../panel/explainPanel.js';
import { saveFiles } from '../panel/exportFiles.js';
import { topChannels } from '../editor/settings.js';
import type { App } from './app.js';
import { longTask } from './longTask.js';

type Wanted = Omit<Extract<PanelMessage, { type: 'export' }>, 'type'>;

const KIND_TEXTS: Readonly<Record<ExportKind, string>> = {
  overlay: PANEL_STRINGS.exportOverlay,
  map: PANEL_STRINGS.exportMap,
  raw: PANEL_STRINGS.exportRaw,
  weights: PANEL_STRINGS.exportWeights,
};

/** @param wanted what the page says is shown; without it the user is asked, and then the page */
export async function exportLayer(app: App, wanted?: Wanted): Promise<void> {
  const { current } = app.panels;
  if (current === undefined) return;
  if (wanted === undefined) {
    const kinds = await askKinds(current);
    if (kinds.length > 0) current.exportShown(kinds);
    return;
  }
  const request = requestFor(current, wanted);
  if (request === null) return;
  const files = await longTask(l10n.t('Exporting'), (call) => app.engine.exportLayer(request, call));
  if (files !== undefined) await saveFiles(files, current.image.fsPath);
}

/** What is exported of what a panel shows; null where there is nothing to export. */
function requestFor(
  { opening, subject: { image, explanation } }: ExplainPanel,
  { tensor, kinds, display, cropOnly, marks, partial }: Wanted,
): ExportRequest | null {
  if (opening === null || explanation === null) return null;
  return {
    ...opening,
    method: explanation.method,
    source: { kind: 'image', path: image.path },
    target: explanation.target.index,
    layers: null,
    top: topChannels(),
    tensor,
    kinds,
    display,
    cropOnly,
    marks,
    folder: workspace.getWorkspaceFolder(Uri.file(image.path))?.uri.fsPath ?? dirname(image.path),
    partial,
  };
}

async function askKinds({ subject }: ExplainPanel): Promise<readonly ExportKind[]> {
  const method = subject.explanation?.method;
  if (method === undefined) return [];
  const { weighsChannels } = METHOD_FACTS[method];
  const items = EXPORT_KINDS.filter((kind) => kind !== 'weights' || weighsChannels).map((kind) => ({
    label: l10n.t(KIND_TEXTS[kind]),
    files: kind,
    picked: kind === 'overlay',
  }));
  const placeHolder = l10n.t('What is to be exported?');
  const picked = await window.showQuickPick(items, { placeHolder, canPickMany: true });
  return picked?.map(({ files }) => files) ?? [];
}
