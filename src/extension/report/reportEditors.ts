import type { CustomDocument, CustomReadonlyEditorProvider, Uri, WebviewPanel } from 'vscode';

import { ReportEditor } from './reportEditor.js';
import type { ReportServices } from './services.js';

/** Opens files of reports, each in an editor of its own. */
export class ReportEditors implements CustomReadonlyEditorProvider {
  readonly #services: ReportServices;

  constructor(services: ReportServices) {
    this.#services = services;
  }

  openCustomDocument(uri: Uri): CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: CustomDocument, panel: WebviewPanel): Promise<void> {
    const editor = new ReportEditor(panel, uri.fsPath, this.#services);
    panel.onDidDispose(() => {
      editor.dispose();
    });
    await editor.open();
  }
}
