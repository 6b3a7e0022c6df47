import * as assert from 'node:assert/strict';
import type { QuickPickItem } from 'vscode';
import { commands, env, Uri, window, workspace } from 'vscode';

import { CALLBACK_FILE, SNIPPETS } from '../../../src/extension/commands/checkpointSnippets.js';
import type { App } from '../../../src/extension/commands/app.js';
import { COMMANDS } from '../../../src/extension/editor/ids.js';
import { activated, inWorkspace } from './host.js';

/** Runs the command, choosing the first item whose label contains `words`, and saving at `target`. */
async function insert(words: string, target?: Uri): Promise<void> {
  const { showQuickPick, showSaveDialog, showInformationMessage } = window;
  Object.assign(window, {
    showQuickPick: (items: readonly QuickPickItem[]) =>
      Promise.resolve(items.find(({ label }) => label.includes(words))),
    showSaveDialog: () => Promise.resolve(target),
    showInformationMessage: () => Promise.resolve(undefined),
  });
  try {
    await commands.executeCommand(COMMANDS.insertCheckpointExport);
  } finally {
    Object.assign(window, { showQuickPick, showSaveDialog, showInformationMessage });
  }
}

describe('inserting the export of checkpoints', () => {
  let app: App;
  before(async () => {
    app = await activated();
  });
  afterEach(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  for (const { name, code } of SNIPPETS)
    it(`copies the lines for ${name}`, async () => {
      await env.clipboard.writeText('');
      await insert(name);
      assert.equal(await env.clipboard.readText(), code);
    });

  it('puts the file where the user says, and shows it', async () => {
    const target = inWorkspace('train', CALLBACK_FILE);
    await insert(CALLBACK_FILE, target);
    const packaged = Uri.joinPath(app.extensionUri, 'media', 'python', CALLBACK_FILE);
    assert.deepEqual(await workspace.fs.readFile(target), await workspace.fs.readFile(packaged));
    assert.equal(window.activeTextEditor?.document.uri.fsPath, target.fsPath);
  });
});
