import { setTimeout } from 'node:timers/promises';
import {
  commands,
  EventEmitter,
  l10n,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
} from 'vscode';
import type { Event, TreeDataProvider, TreeView } from 'vscode';

import { baseName } from '../../protocol/fileNames.js';
import { METHOD_FACTS } from '../../protocol/methods.js';
import type { MethodId } from '../../protocol/methods.js';
import { fileOfModel } from '../../protocol/model.js';
import type { Blocker, LayerInfo, LayerNode, ModelInfo } from '../../protocol/model.js';
import type { Subject } from '../../protocol/panel.js';
import { PANEL_STRINGS } from '../../protocol/panelStrings.js';
import { PIXELS_PATH, pixelNode } from '../../protocol/pixels.js';
import { READING_TEXTS } from '../../protocol/reading.js';
import { COMMANDS, CONTEXT_KEYS, VIEWS } from '../editor/ids.js';
import { layersFor } from '../model/layersFor.js';
import { filterTree } from './layerFilter.js';
import { shapeText } from './shapeText.js';

/** How often, and how long after a refusal, the view is asked to select a row. */
const TRIES = 20;
const RETRY_MS = 100;

const BLOCKED_TEXTS: Readonly<Record<Blocker['reason'], string>> = {
  noRule: PANEL_STRINGS.blockedNoRule,
  takesNothing: PANEL_STRINGS.blockedTakesNothing,
  notBeforeClassifier: PANEL_STRINGS.blockedNotBeforeClassifier,
  pixels: PANEL_STRINGS.blockedPixels,
  severalLogits: PANEL_STRINGS.blockedSeveralLogits,
  offGrid: PANEL_STRINGS.blockedOffGrid,
  notFinite: PANEL_STRINGS.blockedNotFinite,
};

/** The view "Model": the layer tree of one model. */
export class LayersView implements TreeDataProvider<LayerNode> {
  readonly #view: TreeView<LayerNode>;
  readonly #changed = new EventEmitter<undefined>();
  #model: ModelInfo | null = null;
  #method: MethodId | null = null;
  #layers = new Map<string, LayerInfo>();
  #roots: readonly LayerNode[] = [];
  #parents = new Map<LayerNode, LayerNode>();
  #filter = '';
  #notice = '';
  #selected: string | null = null;

  readonly onDidChangeTreeData: Event<undefined> = this.#changed.event;

  constructor() {
    this.#view = window.createTreeView(VIEWS.layers, { treeDataProvider: this, showCollapseAll: true });
    this.#view.onDidChangeVisibility(() => {
      this.select(this.#selected);
    });
  }

  get model(): ModelInfo | null {
    return this.#model;
  }

  get filter(): string {
    return this.#filter;
  }

  /**
   * Shows what the explanation's method can explain of the model.
   * @param notice said above the tree, or in its place
   */
  show({ model, explanation }: Pick<Subject, 'model' | 'explanation'>, notice = ''): void {
    const method = explanation?.method ?? null;
    // Of one model, a method explains the same layers for every class.
    if (model === this.#model && method === this.#method && notice === this.#notice) return;
    this.#model = model;
    this.#method = method;
    this.#notice = notice;
    const layers = model === null ? [] : layersFor(model, explanation);
    this.#layers = new Map(layers.map((layer) => [layer.tensor, layer]));
    this.#view.description = model === null ? '' : baseName(fileOfModel(model));
    void commands.executeCommand('setContext', CONTEXT_KEYS.model, model !== null);
    this.#refresh();
  }

  setFilter(filter: string): void {
    this.#filter = filter;
    void commands.executeCommand('setContext', CONTEXT_KEYS.filtered, filter !== '');
    this.#refresh();
  }

  /** Selects the layer that the panel shows, now or when the view is seen again. */
  select(tensor: string | null): void {
    this.#selected = tensor;
    void this.#selectWhenShown(tensor, TRIES);
  }

  /** A view that was just opened refuses until it has drawn its rows, and tells nobody when it has. */
  async #selectWhenShown(tensor: string | null, tries: number): Promise<void> {
    if (!this.#view.visible || this.#selected !== tensor || this.#view.selection[0]?.tensor === tensor)
      return;
    const node = findNode(this.#roots, tensor);
    if (node === undefined) return;
    try {
      await this.#view.reveal(node, { select: true, focus: false });
    } catch {
      if (tries <= 1) return;
      await setTimeout(RETRY_MS);
      await this.#selectWhenShown(tensor, tries - 1);
    }
  }

  getChildren(node?: LayerNode): LayerNode[] {
    return [...(node?.children ?? this.#roots)];
  }

  getParent(node: LayerNode): LayerNode | undefined {
    return this.#parents.get(node);
  }

  getTreeItem(node: LayerNode): TreeItem {
    const isModule = node.children.length > 0;
    const item = new TreeItem(node.name, this.#collapsibleState(isModule));
    // VS Code remembers by id what is expanded; a filtered tree shall be expanded whatever the whole one is.
    item.id = `${this.#filter}:${node.path}`;
    item.iconPath = new ThemeIcon(isModule ? 'layers' : 'symbol-field');
    const layer = this.#layers.get(node.tensor);
    item.contextValue = 'layer';
    if (layer !== undefined) describeLayer(item, node, layer);
    return item;
  }

  dispose(): void {
    this.#view.dispose();
    this.#changed.dispose();
  }

  #collapsibleState(isModule: boolean): TreeItemCollapsibleState {
    if (!isModule) return TreeItemCollapsibleState.None;
    return this.#filter === '' ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded;
  }

  #refresh(): void {
    this.#roots = filterTree(this.#tree(), this.#layers, this.#filter);
    this.#parents = new Map();
    const adopt = (node: LayerNode): void => {
      for (const child of node.children) {
        this.#parents.set(child, node);
        adopt(child);
      }
    };
    this.#roots.forEach(adopt);
    this.#view.message = this.#notice === '' ? this.#treeText() : this.#notice;
    this.#changed.fire(undefined);
  }

  #tree(): readonly LayerNode[] {
    if (this.#model === null) return [];
    const hasPixels = this.#method !== null && METHOD_FACTS[this.#method].pixels;
    const pixels = hasPixels ? [pixelNode(this.#model, l10n.t(PANEL_STRINGS.inputPixels))] : [];
    return [...pixels, ...this.#model.tree];
  }

  /** Why the tree is empty, or holds only a part. */
  #treeText(): string {
    if (this.#model?.layers.length === 0) return l10n.t(PANEL_STRINGS.noFeatureMaps);
    if (this.#filter === '' || this.#model === null) return '';
    return this.#roots.length === 0
      ? l10n.t('No layer matches "{0}".', this.#filter)
      : l10n.t('Filtered by "{0}".', this.#filter);
  }
}

function describeLayer(item: TreeItem, node: LayerNode, layer: LayerInfo): void {
  const shape = shapeText(layer);
  const reading = layer.reading && READING_TEXTS[layer.reading];
  const isPixels = node.path === PIXELS_PATH;
  item.description = isPixels || layer.op === node.name ? shape : `${layer.op} ${shape}`;
  item.tooltip = isPixels ? `${node.name}\n${shape}` : `${node.path}\n${layer.op} · ${shape}`;
  if (layer.details) item.tooltip += `\n${layer.details}`;
  if (reading !== null) {
    item.description += ` · ${l10n.t(PANEL_STRINGS[reading.name])}`;
    item.tooltip += `\n${l10n.t(PANEL_STRINGS[reading.about])}`;
  }
  if (layer.blockedBy === null) {
    item.command = { command: COMMANDS.revealLayer, title: l10n.t('Show Layer'), arguments: [node.tensor] };
  } else {
    const reason = blockedText(layer.blockedBy);
    item.iconPath = new ThemeIcon('circle-slash', new ThemeColor('disabledForeground'));
    item.description += ` — ${blockedWord(layer.blockedBy)}`;
    item.accessibilityInformation = { label: `${node.name}, ${item.description}. ${reason}` };
    item.tooltip += `\n${reason}`;
  }
}

function blockedWord({ op, reason }: Blocker): string {
  if (reason !== 'noRule' && reason !== 'takesNothing') return l10n.t('no map');
  return op === '' ? l10n.t('no relevance') : l10n.t('blocked by {0}', op);
}

function blockedText({ op, node, reason }: Blocker): string {
  return l10n.t(BLOCKED_TEXTS[reason], { op, node });
}

/** The outermost node that the tensor stands for. */
function findNode(nodes: readonly LayerNode[], tensor: string | null): LayerNode | undefined {
  for (const node of nodes) {
    const found = node.tensor === tensor ? node : findNode(node.children, tensor);
    if (found !== undefined) return found;
  }
  return undefined;
}
