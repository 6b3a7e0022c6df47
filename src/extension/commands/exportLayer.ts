import { l10n, window } from 'vscode';

import { EXPORT_KINDS } from '../../protocol/engineApi.js';
import type { ExportKind, ExportRequest } from '../../protocol/engineApi.js';
import { METHOD_FACTS } from '../../protocol/methods.js';
import type { PanelMessage, Subject } from '../../protocol/panel.js';
import { PANEL_STRINGS } from '../../protocol/panelStrings.js';
import type { ExplainPanel } from '../panel/explainPanel.js';
import { saveFiles } from '../panel/exportFiles.js';
import { defaultDisplay, modelSettings, topChannels } from '../editor/settings.js';
import type { App } from './app.js';
import { longTask } from './longTask.js';

type Wanted = Pick<Extract<PanelMessage, { type: 'export' }>, 'kinds' | 'tensor' | 'display'>;

const KIND_TEXTS: Readonly<Record<ExportKind, string>> = {
  overlay: PANEL_STRINGS.exportOverlay,
  map: PANEL_STRINGS.exportMap,
  raw: PANEL_STRINGS.exportRaw,
  weights: PANEL_STRINGS.exportWeights,
};

/** @param wanted what the page's menu chose; without it the user is asked */
export async function exportLayer(app: App, wanted?: Wanted): Promise<void> {
  const { current } = app.panels;
  const chosen = wanted ?? (await ask(current));
  if (current === undefined || chosen === null) return;
  const request = requestFor(current.subject, chosen);
  if (request === null) return;
  const files = await longTask(l10n.t('Exporting'), (call) => app.engine.exportLayer(request, call));
  if (files !== undefined) await saveFiles(files, current.image.fsPath);
}

/** What is exported of a subject; null where there is nothing to export. */
function requestFor(
  { image, model, explanation }: Subject,
  { tensor, kinds, display }: Wanted,
): ExportRequest | null {
  if (model === null || explanation === null) return null;
  return {
    model: model.path,
    settings: modelSettings(model.path),
    method: explanation.method,
    source: { kind: 'image', path: image.path },
    target: explanation.target.index,
    layers: null,
    top: topChannels(),
    tensor,
    kinds,
    display,
  };
}

async function ask(panel: ExplainPanel | undefined): Promise<Wanted | null> {
  const tensor = panel?.tensor ?? null;
  const method = panel?.subject.explanation?.method;
  if (tensor === null || method === undefined) return null;
  const { weighsChannels } = METHOD_FACTS[method];
  const items = EXPORT_KINDS.filter((kind) => kind !== 'weights' || weighsChannels).map((kind) => ({
    label: l10n.t(KIND_TEXTS[kind]),
    files: kind,
    picked: kind === 'overlay',
  }));
  const placeHolder = l10n.t('What is to be exported?');
  const picked = await window.showQuickPick(items, { placeHolder, canPickMany: true });
  const kinds = picked?.map(({ files }) => files) ?? [];
  return kinds.length === 0 ? null : { kinds, tensor, display: defaultDisplay() };
}
