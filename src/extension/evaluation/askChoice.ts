import { basename } from 'node:path';
import { l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';

import type { EvaluationChoice } from '../../evaluation/disk/choice.js';
import { reportLayer } from '../../evaluation/reportLayer.js';
import { depthStages } from '../../protocol/depthStages.js';
import { METHOD_FACTS } from '../../protocol/methods.js';
import { METRICS } from '../../protocol/metrics.js';
import { METRIC_ABOUTS, METRIC_NAMES } from '../../protocol/metricTexts.js';
import type { ModelInfo } from '../../protocol/model.js';
import { METHOD_ABOUT, PANEL_STRINGS } from '../../protocol/panelStrings.js';
import { methodsFor } from '../../protocol/pixels.js';
import { shapeText } from '../sidebar/shapeText.js';

const SIZES = [50, 100, 200, 500, 1000, 2000];

/** A line of the overview: what is chosen, and how it is changed. */
interface Row extends QuickPickItem {
  readonly change: ((choice: EvaluationChoice) => Promise<Partial<EvaluationChoice> | undefined>) | null;
}

/**
 * Shows what will be evaluated until the user starts it; every line can be changed.
 * @param found how many pictures there are
 * @returns undefined where the user leaves it
 */
export async function askChoice(
  model: ModelInfo,
  found: number,
  first: EvaluationChoice,
): Promise<EvaluationChoice | undefined> {
  let choice = first;
  const title = l10n.t('Evaluate {0}', basename(model.path));
  for (;;) {
    const rows = rowsOf(model, found, choice);
    const picked = await window.showQuickPick(rows, {
      title,
      placeHolder: l10n.t('Start, or change a line'),
    });
    if (picked === undefined) return undefined;
    if (picked.change === null) return choice;
    choice = { ...choice, ...(await picked.change(choice)) };
  }
}

function rowsOf(model: ModelInfo, found: number, choice: EvaluationChoice): readonly Row[] {
  const count = choice.limit === null ? found : Math.min(found, choice.limit);
  const layers = model.layers.filter(({ tensor }) => choice.layers.includes(tensor));
  const listed = (names: readonly string[]): string => names.join(', ');
  return [
    { label: `$(play) ${l10n.t('Start')}`, description: pictureCount(count), change: null },
    { label: '', kind: QuickPickItemKind.Separator, change: null },
    {
      label: `$(symbol-method) ${l10n.t('Methods')}`,
      description: listed(choice.methods.map((method) => METHOD_FACTS[method].label)),
      change: (now) => askMethods(model, now),
    },
    {
      label: `$(layers) ${l10n.t('Layers')}`,
      description: listed(layers.map((layer) => reportLayer(model, layer).label)),
      change: (now) => askLayers(model, now),
    },
    {
      label: `$(graph) ${l10n.t('Metrics')}`,
      description: listed(choice.metrics.map((metric) => l10n.t(METRIC_NAMES[metric]))),
      change: askMetrics,
    },
    {
      label: `$(file-media) ${l10n.t('Pictures')}`,
      description: choice.onlyCorrect
        ? l10n.t('{0} of {1}, the correctly classified count', count, found)
        : l10n.t('{0} of {1}', count, found),
      change: () => askPictures(found),
    },
    {
      label: `$(tag) ${l10n.t('Ground Truth')}`,
      description:
        choice.sources.length === 0
          ? l10n.t('what lies beside the pictures and the names of their folders')
          : listed(choice.sources.map((file) => basename(file))),
      change: askSources,
    },
  ];
}

/** So many pictures, in words. */
export function pictureCount(count: number): string {
  return count === 1 ? l10n.t('1 picture') : l10n.t('{0} pictures', count);
}

async function askMethods(model: ModelInfo, { methods }: EvaluationChoice) {
  const items = methodsFor(model).map((method) => ({
    label: METHOD_FACTS[method].label,
    detail: l10n.t(PANEL_STRINGS[METHOD_ABOUT[method]]),
    picked: methods.includes(method),
    value: method,
  }));
  const picked = await askSeveral(l10n.t('Which methods are to be compared?'), items);
  return picked && { methods: picked };
}

async function askLayers(model: ModelInfo, choice: EvaluationChoice) {
  const { layers, tree } = model;
  const known = layers.filter(({ blockedBy }) => blockedBy === null);
  const stages = depthStages(tree, known);
  const item = (layer: (typeof known)[number]) => ({
    label: reportLayer(model, layer).label,
    description: `${layer.op} ${shapeText(layer)}`,
    picked: choice.layers.includes(layer.tensor),
    value: layer.tensor,
  });
  const items = [...stages, ...known.filter((layer) => !stages.includes(layer))].map(item);
  const picked = await askSeveral(l10n.t('At which layers?'), items);
  return picked && { layers: known.map(({ tensor }) => tensor).filter((tensor) => picked.includes(tensor)) };
}

async function askMetrics({ metrics }: EvaluationChoice) {
  const items = METRICS.map((metric) => ({
    label: l10n.t(METRIC_NAMES[metric]),
    detail: l10n.t(METRIC_ABOUTS[`about ${metric}`]),
    picked: metrics.includes(metric),
    value: metric,
  }));
  const picked = await askSeveral(l10n.t('Which metrics?'), items);
  return picked && { metrics: picked };
}

/** @returns undefined where the user goes back, or picked none, which would say nothing */
async function askSeveral<T>(
  placeHolder: string,
  items: readonly (QuickPickItem & { readonly value: T })[],
): Promise<readonly T[] | undefined> {
  const picked = await window.showQuickPick(items, {
    placeHolder,
    canPickMany: true,
    matchOnDescription: true,
  });
  return picked === undefined || picked.length === 0 ? undefined : picked.map(({ value }) => value);
}

async function askPictures(found: number): Promise<Partial<EvaluationChoice> | undefined> {
  const sizes = SIZES.filter((size) => size < found).map((limit) => ({
    label: pictureCount(limit),
    description: l10n.t('drawn at random, the same ones each time'),
    limit,
  }));
  const all = { label: l10n.t('All {0}', found), description: '', limit: null };
  const size = await window.showQuickPick([...sizes, all], { placeHolder: l10n.t('How many pictures?') });
  if (size === undefined) return undefined;
  const counted = await window.showQuickPick(
    [
      { label: l10n.t('All of Them'), onlyCorrect: false },
      { label: l10n.t('Only the Correctly Classified'), onlyCorrect: true },
    ],
    { placeHolder: l10n.t('Which of them count for the means?') },
  );
  return { limit: size.limit, ...(counted && { onlyCorrect: counted.onlyCorrect }) };
}

async function askSources(): Promise<Partial<EvaluationChoice> | undefined> {
  const beside = { label: l10n.t('What Lies Beside the Pictures'), kinds: null };
  const file = { label: l10n.t('Files…'), description: 'CSV, COCO, YOLO', kinds: 'files' } as const;
  const folder = { label: l10n.t('A Folder…'), description: 'Pascal VOC, PNG', kinds: 'folder' } as const;
  const placeHolder = l10n.t('What says what the pictures show?');
  const picked = await window.showQuickPick([beside, file, folder], { placeHolder });
  if (picked === undefined) return undefined;
  if (picked.kinds === null) return { sources: [] };
  const chosen = await window.showOpenDialog({
    title: l10n.t('Ground Truth'),
    openLabel: l10n.t('Use'),
    canSelectFiles: picked.kinds === 'files',
    canSelectFolders: picked.kinds === 'folder',
    canSelectMany: picked.kinds === 'files',
  });
  return chosen && { sources: chosen.map(({ fsPath }) => fsPath) };
}
