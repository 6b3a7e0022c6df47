import { env, l10n, window } from 'vscode';

import type { LayerInfo, LayerNode } from '../../protocol/model.js';
import { PANEL_STRINGS } from '../../protocol/panelStrings.js';
import { PIXELS_PATH } from '../../protocol/pixels.js';
import { layersFor } from '../model/layersFor.js';
import type { ExplainPanel } from '../panel/explainPanel.js';
import { shapeText } from '../sidebar/shapeText.js';
import type { App } from './app.js';
import { explain } from './explain.js';
import { offerToUse } from './model.js';

/** @param tensor the layer's; without it the user is asked */
export async function revealLayer(app: App, tensor?: unknown): Promise<void> {
  const panel = app.panels.current;
  const model = app.sidebar.layers.model ?? panel?.subject.model;
  if (model === null || model === undefined) return;
  const isShown = panel?.subject.model?.path === model.path;
  const layers = layersFor(model, isShown ? panel.subject.explanation : null);
  const wanted = typeof tensor === 'string' ? tensor : await pickLayer(layers);
  if (wanted === undefined) return;
  if (panel === undefined) await explain(app);
  else if (!isShown) await offerToUse(app, model.path);
  else panel.reveal(wanted);
}

/** @param clicked the node of the tree that a menu was opened on; without it the layer that the panel shows */
export async function copyTensorName({ panels }: App, clicked?: LayerNode): Promise<void> {
  const tensor = clicked?.tensor ?? panels.current?.tensor;
  if (typeof tensor === 'string') await env.clipboard.writeText(tensor);
}

export function nextLayer(app: App): void {
  step(app, 1);
}

export function previousLayer(app: App): void {
  step(app, -1);
}

export async function filterLayers({ sidebar: { layers } }: App): Promise<void> {
  const filter = await window.showInputBox({
    prompt: l10n.t('Words that occur in a layer’s path, operator or shape'),
    placeHolder: l10n.t('For example: layer2 conv 28×28'),
    value: layers.filter,
  });
  if (filter !== undefined) layers.setFilter(filter.trim());
}

export function clearLayerFilter({ sidebar: { layers } }: App): void {
  layers.setFilter('');
}

function step(app: App, by: 1 | -1): void {
  const panel = app.panels.current;
  const layers = explainable(layersOf(panel));
  const shown = layers.findIndex(({ tensor }) => tensor === panel?.tensor);
  const next = layers[shown + by];
  if (next !== undefined) panel?.reveal(next.tensor);
}

async function pickLayer(layers: readonly LayerInfo[]): Promise<string | undefined> {
  const items = explainable(layers).map((layer) => ({
    label: layer.path === PIXELS_PATH ? l10n.t(PANEL_STRINGS.inputPixels) : layer.path,
    description: `${layer.op} ${shapeText(layer)}`,
    tensor: layer.tensor,
  }));
  const placeHolder = l10n.t('Which layer is to be shown?');
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.tensor;
}

function layersOf(panel: ExplainPanel | undefined): readonly LayerInfo[] {
  const { model = null, explanation = null } = panel?.subject ?? {};
  return model === null ? [] : layersFor(model, explanation);
}

function explainable(layers: readonly LayerInfo[]): LayerInfo[] {
  return layers.filter(({ blockedBy }) => blockedBy === null);
}
