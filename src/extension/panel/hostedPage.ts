import { Uri } from 'vscode';
import type { WebviewPanel } from 'vscode';

import { panelHtml } from './panelHtml.js';

/** A page in a panel of the editor. It begins anew whenever it was hidden, and says so when it listens. */
export class HostedPage<Message> {
  readonly #panel: WebviewPanel;
  readonly #extensionUri: Uri;
  /** Told to the page when it listens again. */
  #pending: Message | null = null;
  /** Whether what the page is told now reaches it: not before it says so, nor once it is hidden. */
  #listens = false;
  #isGone = false;

  constructor(panel: WebviewPanel, extensionUri: Uri) {
    this.#panel = panel;
    this.#extensionUri = extensionUri;
    const icon = (theme: string): Uri => Uri.joinPath(extensionUri, 'media', `panel-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.#listens = false;
    });
    panel.onDidDispose(() => {
      this.#isGone = true;
    });
  }

  /**
   * Begins the page, anew where there was one.
   * @param program the page's, as it is called in `dist`
   * @param folders whose files the page may show
   */
  begin(
    program: 'webview' | 'timeline' | 'report',
    bootstrap: Parameters<typeof panelHtml>[1],
    folders: readonly Uri[] = [],
  ): void {
    const { webview } = this.#panel;
    const dist = Uri.joinPath(this.#extensionUri, 'dist');
    const source = (name: string): string => webview.asWebviewUri(Uri.joinPath(dist, name)).toString();
    this.#listens = false;
    webview.options = { enableScripts: true, localResourceRoots: [dist, ...folders] };
    webview.html = panelHtml(
      { script: source(`${program}.js`), style: source(`${program}.css`), csp: webview.cspSource },
      bootstrap,
    );
  }

  post(message: Message): void {
    if (!this.#isGone) void this.#panel.webview.postMessage(message);
  }

  /** The page listens. @param tell what it shows, which it is told before anything about that */
  greet(tell: () => void): void {
    this.#listens = true;
    tell();
    if (this.#pending !== null) this.post(this.#pending);
    this.#pending = null;
  }

  /** Tells the page something about what it shows; a hidden panel is shown for it. */
  whenShown(message: Message): void {
    if (this.#listens) {
      this.post(message);
      return;
    }
    this.#pending = message;
    if (!this.#panel.visible) this.#panel.reveal();
  }
}
