import * as assert from 'node:assert/strict';
import { extensions, Uri, window, workspace } from 'vscode';

import type { App } from '../../../src/extension/commands/app.js';
import { EXTENSION_ID } from '../../../src/extension/editor/ids.js';
import type { ExplainPanel } from '../../../src/extension/panel/explainPanel.js';
import type { Subject } from '../../../src/protocol/panel.js';

/** The extension, activated. */
export async function activated(): Promise<App> {
  const extension = extensions.getExtension<App>(EXTENSION_ID);
  assert.ok(extension, `${EXTENSION_ID} is not there`);
  return extension.activate();
}

/** A file of the workspace, which is a copy of the sample. */
export function inWorkspace(...path: string[]): Uri {
  const folder = workspace.workspaceFolders?.[0];
  assert.ok(folder, 'No folder is open');
  return Uri.joinPath(folder.uri, ...path);
}

/** The first picture of the sample, in the workspace. */
export async function samplePicture(app: App, index = 0): Promise<Uri> {
  const picture = (await app.sample.pictures())[index];
  assert.ok(picture, 'The sample has no picture');
  return inWorkspace('pictures', picture.path.slice(picture.path.lastIndexOf('/') + 1));
}

/** Far beyond any honest computation; whoever waits in vain shall say for what. */
const PATIENCE_MS = 120_000;

/** What the panel shows once `condition` holds. */
export async function shown(panel: ExplainPanel, condition: (subject: Subject) => boolean): Promise<Subject> {
  return new Promise((resolve, reject) => {
    const impatience = setTimeout(() => {
      subscription.dispose();
      reject(new Error(`The panel still shows ${JSON.stringify(panel.subject.status)}`));
    }, PATIENCE_MS);
    const check = (): void => {
      if (!condition(panel.subject)) return;
      clearTimeout(impatience);
      subscription.dispose();
      resolve(panel.subject);
    };
    const subscription = panel.onDidChange(check);
    check();
  });
}

/** What the panel shows once nothing is under way. */
export async function settled(panel: ExplainPanel): Promise<Subject> {
  return shown(panel, ({ status }) => status.kind !== 'working' && status.kind !== 'restarted');
}

export async function explained(panel: ExplainPanel): Promise<NonNullable<Subject['explanation']>> {
  const { status, explanation } = await settled(panel);
  assert.deepEqual(status, { kind: 'ready' });
  assert.ok(explanation);
  return explanation;
}

type Dialog = 'showWarningMessage' | 'showInformationMessage' | 'showOpenDialog' | 'showQuickPick';

/**
 * Answers dialogs while `act` runs, which nobody is there to do.
 * @param answer what a dialog is answered with; undefined dismisses it
 * @returns what the dialogs asked, in order; of a pick, its items
 */
export async function answering(
  answer: (dialog: Dialog) => unknown,
  act: () => Thenable<unknown>,
): Promise<readonly unknown[]> {
  const { showWarningMessage, showInformationMessage, showOpenDialog, showQuickPick } = window;
  const asked: unknown[] = [];
  const stand = (dialog: Dialog) => (question: unknown) => {
    asked.push(question);
    return Promise.resolve(answer(dialog));
  };
  Object.assign(window, {
    showWarningMessage: stand('showWarningMessage'),
    showInformationMessage: stand('showInformationMessage'),
    showOpenDialog: stand('showOpenDialog'),
    showQuickPick: stand('showQuickPick'),
  });
  try {
    await act();
  } finally {
    Object.assign(window, { showWarningMessage, showInformationMessage, showOpenDialog, showQuickPick });
  }
  return asked;
}
