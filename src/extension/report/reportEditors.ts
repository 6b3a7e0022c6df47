import type { CustomDocument, CustomReadonlyEditorProvider, Uri, WebviewPanel } from 'vscode';

import type { ChannelToShow } from '../../evaluation/reportPage.js';
import { openReport } from '../evaluation/tabs.js';
import { ReportEditor } from './reportEditor.js';
import type { ReportServices } from './services.js';

/** Opens files of reports, each in an editor of its own. */
export class ReportEditors implements CustomReadonlyEditorProvider {
  readonly #services: ReportServices;
  readonly #open = new Map<string, ReportEditor>();
  /** What a report is to show that is being opened. */
  readonly #asked = new Map<string, ChannelToShow>();

  constructor(services: ReportServices) {
    this.#services = services;
  }

  openCustomDocument(uri: Uri): CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: CustomDocument, panel: WebviewPanel): Promise<void> {
    const editor = new ReportEditor(panel, uri.fsPath, this.#services);
    this.#open.set(uri.fsPath, editor);
    panel.onDidDispose(() => {
      if (this.#open.get(uri.fsPath) === editor) this.#open.delete(uri.fsPath);
      editor.dispose();
    });
    const asked = this.#asked.get(uri.fsPath);
    this.#asked.delete(uri.fsPath);
    if (asked !== undefined) editor.showChannel(asked);
    await editor.open();
  }

  /** Opens a report at the pictures that excite a channel. */
  async showChannel(path: string, asked: ChannelToShow): Promise<void> {
    const editor = this.#open.get(path);
    if (editor === undefined) this.#asked.set(path, asked);
    await openReport(path);
    editor?.showChannel(asked);
  }
}
