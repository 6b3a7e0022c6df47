import { env, EventEmitter, l10n, ThemeIcon, TreeItem, window } from 'vscode';
import type { Event, TreeDataProvider, TreeView } from 'vscode';

import { classValueFormat } from '../../protocol/classValue.js';
import type { ClassValue } from '../../protocol/explanation.js';
import type { Subject } from '../../protocol/panel.js';
import { COMMANDS, VIEWS } from '../editor/ids.js';
import { bar } from './bar.js';

interface Row extends ClassValue {
  readonly index: number;
  readonly label: string;
  readonly explained: boolean;
  /** Rank of the class that the picture should have; null for all others. */
  readonly expectedRank: number | null;
}

/** The view "Predictions": the most probable classes of the picture, and the one it should have. */
export class PredictionsView implements TreeDataProvider<Row> {
  readonly #view: TreeView<Row>;
  readonly #changed = new EventEmitter<undefined>();
  #rows: readonly Row[] = [];

  readonly onDidChangeTreeData: Event<undefined> = this.#changed.event;

  constructor() {
    this.#view = window.createTreeView(VIEWS.predictions, { treeDataProvider: this });
  }

  show(subject: Subject | undefined): void {
    this.#rows = subject === undefined ? [] : rowsOf(subject);
    this.#view.description = this.#rows.length === 0 ? '' : (subject?.image.name ?? '');
    this.#changed.fire(undefined);
  }

  getChildren(row?: Row): Row[] {
    return row === undefined ? [...this.#rows] : [];
  }

  getTreeItem(row: Row): TreeItem {
    const { index, label, probability, explained, expectedRank } = row;
    const item = new TreeItem(label);
    const value = classValueFormat(env.language)(row);
    const expected = expectedRank === null ? [] : [l10n.t('expected, rank {0}', expectedRank)];
    const notes = explained ? [l10n.t('explained'), ...expected] : expected;
    const bars = probability === null ? [] : [bar(probability)];
    item.description = [value, ...bars, ...expected.map((note) => `· ${note}`)].join(' ');
    item.iconPath = new ThemeIcon(iconOf(row));
    item.tooltip = [l10n.t('{label} (class {index}), {value}', { label, index, value }), ...notes].join(
      ' · ',
    );
    item.accessibilityInformation = { label: [label, value, ...notes].join(', ') };
    item.command = {
      command: COMMANDS.explainClass,
      title: l10n.t('Explain This Class'),
      arguments: [index],
    };
    return item;
  }

  dispose(): void {
    this.#view.dispose();
    this.#changed.dispose();
  }
}

function rowsOf({ explanation, expected }: Subject): Row[] {
  if (explanation === null) return [];
  const { predictions, target } = explanation;
  const shown: Omit<Row, 'explained' | 'expectedRank'>[] = [...predictions];
  // The class explained and the one expected are always among the rows.
  for (const extra of [target, expected]) {
    if (extra !== null && !shown.some(({ index }) => index === extra.index)) shown.push(extra);
  }
  return shown.map(({ index, label, probability, value }) => ({
    index,
    label,
    probability,
    value,
    explained: index === target.index,
    expectedRank: index === expected?.index ? expected.rank : null,
  }));
}

function iconOf({ explained, expectedRank }: Row): string {
  if (explained) return 'eye';
  return expectedRank === null ? 'blank' : 'bookmark';
}
