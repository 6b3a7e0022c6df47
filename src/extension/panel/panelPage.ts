import { env } from 'vscode';
import type { Uri, WebviewPanel } from 'vscode';

import type { HostMessage, Subject } from '../../protocol/panel.js';
import { panelStrings } from '../editor/localize.js';
import { defaultDisplay, topChannels } from '../editor/settings.js';
import { HostedPage } from './hostedPage.js';
import { SubjectSender } from './subjectSender.js';

/** The page that explains: after it was hidden it is told its subjects whole again. */
export class PanelPage extends HostedPage<HostMessage> {
  readonly #sender = new SubjectSender((message) => {
    this.post(message);
  });

  constructor(panel: WebviewPanel, extensionUri: Uri) {
    super(panel, extensionUri);
    this.begin('webview', {
      strings: panelStrings(),
      locale: env.language,
      display: defaultDisplay(),
      topChannels: topChannels(),
    });
  }

  show(subjects: readonly Subject[]): void {
    this.#sender.send(subjects);
  }

  /** The page listens. */
  greetWith(subjects: readonly Subject[]): void {
    this.greet(() => {
      this.#sender.greet(subjects);
    });
  }
}
