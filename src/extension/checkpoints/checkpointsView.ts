import { basename } from 'node:path';
import {
  env,
  EventEmitter,
  l10n,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  workspace,
} from 'vscode';
import type { Event, TreeDataProvider, TreeView } from 'vscode';

import { graphOf } from '../../checkpoints/opening.js';
import { sourcePath } from '../../checkpoints/runSource.js';
import type { FileState } from '../../checkpoints/settling.js';
import { classValueFormat } from '../../protocol/classValue.js';
import type { StepUnit } from '../../protocol/timeline.js';
import { COMMANDS, VIEWS } from '../editor/ids.js';
import type { NumberedCheckpoint } from './checkpointNumbers.js';
import { noGraphText } from './noGraph.js';
import type { Predictions } from './predictions.js';
import { openedBy } from './runs.js';
import type { LiveRun, Runs } from './runs.js';

/** A row: a run, or one of its checkpoints. */
export type CheckpointRow =
  | { readonly kind: 'run'; readonly live: LiveRun }
  | {
      readonly kind: 'checkpoint';
      readonly live: LiveRun;
      readonly checkpoint: NumberedCheckpoint['checkpoint'];
    };

/** The view "Checkpoints": the runs that are watched, and what their checkpoints take the current picture for. */
export class CheckpointsView implements TreeDataProvider<CheckpointRow> {
  readonly #view: TreeView<CheckpointRow>;
  readonly #changed = new EventEmitter<undefined>();
  readonly #runs: Runs;
  readonly #predictions: Predictions;
  readonly #listeners: readonly { dispose(): void }[];
  /** The picture that is looked at; null where it is the one explained last. */
  #picture: string | null = null;

  readonly onDidChangeTreeData: Event<undefined> = this.#changed.event;

  constructor(runs: Runs, predictions: Predictions) {
    this.#runs = runs;
    this.#predictions = predictions;
    this.#view = window.createTreeView(VIEWS.checkpoints, { treeDataProvider: this, showCollapseAll: true });
    const refresh = (): void => {
      this.#changed.fire(undefined);
    };
    this.#listeners = [runs.onDidChange(refresh), predictions.onDidChange(refresh)];
  }

  /** @param picture the one that is looked at */
  follow(picture: string | null): void {
    if (picture === this.#picture) return;
    this.#picture = picture;
    this.#changed.fire(undefined);
  }

  getChildren(row?: CheckpointRow): CheckpointRow[] {
    if (row === undefined) return this.#runs.all.map((live) => ({ kind: 'run', live }));
    const { kind, live } = row;
    if (kind === 'checkpoint') return [];
    return live.run.checkpoints.map((checkpoint) => ({ kind: 'checkpoint', live, checkpoint }));
  }

  getTreeItem(row: CheckpointRow): TreeItem {
    return row.kind === 'run' ? runItem(row.live) : this.#checkpointItem(row);
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }

  #checkpointItem(row: Extract<CheckpointRow, { kind: 'checkpoint' }>): TreeItem {
    const { live, checkpoint } = row;
    const step = stepText(live.run.unit, checkpoint.step);
    const item = new TreeItem(step);
    item.id = JSON.stringify([live.id, checkpoint.path]);
    const picture = this.#picture ?? this.#predictions.picture;
    const prediction = picture === null ? undefined : this.#predictions.of(row, picture);
    const said = prediction && `${prediction.label} ${classValueFormat(env.language)(prediction)}`;
    const state = stateText(checkpoint.state);
    const notes = [said, state].filter((text) => text !== undefined);
    item.description = notes.join(' · ');
    item.tooltip = [checkpoint.name, item.description].filter((text) => text !== '').join('\n');
    item.iconPath = iconOf(checkpoint.state);
    item.accessibilityInformation = { label: [step, ...notes].join(', ') };
    item.contextValue = 'checkpoint';
    item.command = { command: COMMANDS.showTimeline, title: l10n.t('Show in Timeline'), arguments: [row] };
    return item;
  }
}

function runItem(live: LiveRun): TreeItem {
  const { id, run, watch } = live;
  const item = new TreeItem(run.name === '' ? watch.name : run.name, TreeItemCollapsibleState.Expanded);
  item.id = id;
  item.contextValue = run.kind === 'graph' ? 'run' : 'run.weights';
  const { length } = run.checkpoints;
  const count = length === 1 ? l10n.t('1 checkpoint') : l10n.t('{count} checkpoints', { count: length });
  const { notes, lines } = run.kind === 'graph' ? { notes: [], lines: [] } : graphTexts(live);
  item.description = [count, ...notes].join(' · ');
  item.tooltip = [sourcePath(watch.source), ...lines].join('\n');
  item.iconPath = new ThemeIcon('graph-line');
  return item;
}

/** What a run's weights are put into, in short and in full. */
function graphTexts(live: LiveRun): { readonly notes: readonly string[]; readonly lines: readonly string[] } {
  const { graph, reference } = graphOf(openedBy(live));
  if (graph === null) return { notes: [l10n.t('no graph')], lines: [noGraphText()] };
  const known = reference ?? live.found;
  const said = known === null ? l10n.t('none is needed so far') : workspace.asRelativePath(known);
  return {
    notes: [basename(graph)],
    lines: [
      l10n.t('Graph: {0}', workspace.asRelativePath(graph)),
      l10n.t('Reference, from which it was exported: {0}', said),
    ],
  };
}

function stepText(unit: StepUnit, step: number): string {
  switch (unit) {
    case 'epoch':
      return l10n.t('Epoch {step}', { step });
    case 'step':
      return l10n.t('Step {step}', { step });
    case 'place':
      return l10n.t('Checkpoint {step}', { step });
  }
}

function stateText(state: FileState): string | undefined {
  switch (state) {
    case 'writing':
      return l10n.t('being written');
    case 'deleted':
      return l10n.t('deleted');
    case 'whole':
      return undefined;
  }
}

function iconOf(state: FileState): ThemeIcon {
  switch (state) {
    case 'writing':
      return new ThemeIcon('sync');
    case 'deleted':
      return new ThemeIcon('trash', new ThemeColor('disabledForeground'));
    case 'whole':
      return new ThemeIcon('circle-filled');
  }
}
