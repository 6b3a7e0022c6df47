import { env, Uri } from 'vscode';
import type { WebviewPanel } from 'vscode';

import type { HostMessage, Subject } from '../../protocol/panel.js';
import { panelStrings } from '../editor/localize.js';
import { defaultDisplay, topChannels } from '../editor/settings.js';
import { panelHtml } from './panelHtml.js';
import { SubjectSender } from './subjectSender.js';

/** The page in a panel: it begins anew whenever it was hidden, and is then told everything again. */
export class PanelPage {
  readonly #panel: WebviewPanel;
  readonly #sender: SubjectSender;
  /** Told to the page when it listens again. */
  #pending: HostMessage | null = null;
  /** Whether what the page is told now reaches it: not before it says so, nor once it is hidden. */
  #listens = false;
  #isGone = false;

  constructor(panel: WebviewPanel, extensionUri: Uri) {
    this.#panel = panel;
    this.#sender = new SubjectSender((message) => {
      this.post(message);
    });
    setUpPage(panel, extensionUri, 'webview', {
      strings: panelStrings(),
      locale: env.language,
      display: defaultDisplay(),
      topChannels: topChannels(),
    });
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.#listens = false;
    });
    panel.onDidDispose(() => {
      this.#isGone = true;
    });
  }

  /** Whether its panel was closed. */
  get isGone(): boolean {
    return this.#isGone;
  }

  post(message: HostMessage): void {
    if (!this.#isGone) void this.#panel.webview.postMessage(message);
  }

  show(subjects: readonly Subject[]): void {
    this.#sender.send(subjects);
  }

  /** The page listens. */
  greet(subjects: readonly Subject[]): void {
    this.#listens = true;
    this.#sender.greet(subjects);
    if (this.#pending !== null) this.post(this.#pending);
    this.#pending = null;
  }

  /** Tells the page something about what it shows; a hidden panel is shown for it. */
  whenShown(message: HostMessage): void {
    if (this.#listens) {
      this.post(message);
      return;
    }
    this.#pending = message;
    if (!this.#panel.visible) this.#panel.reveal();
  }

  /** Leads the keyboard back to where it was in the page, unless the user has gone elsewhere meanwhile. */
  takeKeyboard(): void {
    if (!this.#isGone && this.#panel.active) this.#panel.reveal();
  }
}

/**
 * Gives a panel its page, and the icon of its tab.
 * @param program the page's, as it is called in `dist`
 * @param folders whose files the page may show
 */
export function setUpPage(
  panel: WebviewPanel,
  extensionUri: Uri,
  program: 'webview' | 'timeline' | 'report',
  bootstrap: Parameters<typeof panelHtml>[1],
  folders: readonly Uri[] = [],
): void {
  const icon = (theme: string): Uri => Uri.joinPath(extensionUri, 'media', `panel-${theme}.svg`);
  panel.iconPath = { light: icon('light'), dark: icon('dark') };
  const { webview } = panel;
  const dist = Uri.joinPath(extensionUri, 'dist');
  const source = (name: string): string => webview.asWebviewUri(Uri.joinPath(dist, name)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [dist, ...folders] };
  webview.html = panelHtml(
    { script: source(`${program}.js`), style: source(`${program}.css`), csp: webview.cspSource },
    bootstrap,
  );
}
