import { l10n, window, workspace } from 'vscode';
import type { Disposable } from 'vscode';

import { ERROR_TEXTS } from '../../protocol/errors.js';
import type { EngineClient } from '../client/engineClient.js';
import { runsEngine } from '../client/node.js';
import { nodeRemedy } from '../client/nodeRemedy.js';
import { CONFIGURATION, SETTINGS } from './ids.js';
import { engineNode, saveEngineNode } from './settings.js';

/** The Node that the settings name for the engine; null where they name none that can run it, which the user is told. */
export async function usableNode(): Promise<string | null> {
  const node = engineNode();
  if (node === null || (await runsEngine(node))) return node;
  void window.showErrorMessage(l10n.t(ERROR_TEXTS.badNode, { file: node }));
  return null;
}

/** Calls back when the settings name another Node. */
export function onDidChangeNode(listener: () => Promise<void>): Disposable {
  return workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(`${CONFIGURATION}.${SETTINGS.engineNode}`)) void listener();
  });
}

/** Offers the Node on the PATH when the engine keeps dying in a desktop editor. */
export function offerNode(engine: EngineClient): { dispose(): void } {
  const remedy = nodeRemedy({
    isElectron: process.versions['electron'] !== undefined,
    folders: process.env['PATH'] ?? '',
    isChosen: () => engineNode() !== null,
    offer,
    choose: saveEngineNode,
  });
  return engine.onEvent((event) => void remedy(event));
}

async function offer(node: string | null): Promise<boolean> {
  if (node === null) {
    void window.showWarningMessage(
      l10n.t(
        'The background process crashed twice at the same request. A desktop editor’s own Node can be the cause: install Node 20 or newer and name it in the setting relevanceCam.engine.node.',
      ),
    );
    return false;
  }
  const use = l10n.t('Use This Node');
  const chosen = await window.showWarningMessage(
    l10n.t(
      'The background process crashed twice at the same request. A desktop editor’s own Node can be the cause. Run the background process with {node} instead?',
      { node },
    ),
    use,
  );
  return chosen === use;
}
