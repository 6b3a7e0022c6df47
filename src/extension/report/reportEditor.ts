import { basename, dirname, join, resolve } from 'node:path';
import { Disposable, env, l10n, Uri, window } from 'vscode';
import type { WebviewPanel } from 'vscode';

import { pageFile } from '../../evaluation/disk/pageFile.js';
import { failureTexts } from '../../evaluation/failureGroups.js';
import type { EvaluationReport } from '../../evaluation/report.js';
import type {
  ChannelToShow,
  OtherReport,
  PictureToExplain,
  ReportHostMessage,
  ReportMessage,
} from '../../evaluation/reportPage.js';
import { errorDetail, errorText, failureText, panelStrings } from '../editor/localize.js';
import { saveBeside } from '../panel/exportFiles.js';
import { watchFile } from '../panel/fileWatch.js';
import { HostedPage } from '../panel/hostedPage.js';
import { chooseReport } from './chooseReport.js';
import { readOther, readReport } from './reading.js';
import type { ReportServices } from './services.js';

/** One report's tab: the page, which follows the file, and the report that it is compared with. */
export class ReportEditor {
  readonly #panel: WebviewPanel;
  readonly #page: HostedPage<ReportHostMessage>;
  readonly #path: string;
  readonly #services: ReportServices;
  readonly #disposables: Disposable[] = [];
  /** As the file was when it could last be read. */
  #report: EvaluationReport | null = null;
  #other: OtherReport | null = null;
  /** What the page knows of the file. */
  #latest: ReportHostMessage | null = null;
  /** Of the pictures that the page may show; undefined before there is a page. */
  #folder: string | null | undefined;

  constructor(panel: WebviewPanel, path: string, services: ReportServices) {
    this.#panel = panel;
    this.#page = new HostedPage(panel, services.extensionUri);
    this.#path = path;
    this.#services = services;
  }

  async open(): Promise<void> {
    this.#disposables.push(
      this.#panel.webview.onDidReceiveMessage((message: ReportMessage) => {
        this.#receive(message).catch((error: unknown) => window.showErrorMessage(this.#describe(error)));
      }),
      watchFile(this.#path, () => void this.#follow()),
    );
    await this.#follow();
  }

  /** Brings a channel into sight, as soon as there is a page. */
  showChannel(asked: ChannelToShow): void {
    this.#page.whenShown({ type: 'showChannel', asked });
  }

  dispose(): void {
    Disposable.from(...this.#disposables).dispose();
  }

  /** The page as the file is now: a new one where its pictures lie elsewhere, since a page may show those of one folder. */
  async #follow(): Promise<void> {
    this.#latest = await this.#read();
    const folder = this.#report && this.#pictures(this.#report);
    if (folder === this.#folder) {
      this.#page.post(this.#latest);
      return;
    }
    this.#folder = folder;
    const bootstrap = { strings: panelStrings(), locale: env.language, alone: null };
    const folders = folder === null ? [] : [Uri.file(folder)];
    this.#page.begin('report', bootstrap, folders);
  }

  /** What the page is to be told of the file. */
  async #read(): Promise<ReportHostMessage> {
    try {
      const report = await readReport(this.#path);
      this.#report = report;
      const address = this.#panel.webview.asWebviewUri(Uri.file(this.#pictures(report))).toString();
      return {
        type: 'report',
        shown: { report, ...failureTexts(report, failureText), pictures: { kind: 'below', address } },
      };
    } catch (error) {
      return { type: 'broken', text: this.#describe(error) };
    }
  }

  async #greet(other: string | null): Promise<void> {
    this.#page.greet(() => {
      if (this.#latest !== null) this.#page.post(this.#latest);
    });
    if (this.#other === null && other !== null) await this.#compareWith(other);
    else this.#page.post({ type: 'other', other: this.#other });
  }

  async #receive(message: ReportMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        return this.#greet(message.other);
      case 'explain':
        this.#explain(message.picture);
        return;
      case 'compareWith':
        return this.#chooseOther();
      case 'stopComparing':
        this.#other = null;
        this.#page.post({ type: 'other', other: null });
        return;
      case 'save':
        return this.#save(message.format, message.text);
      case 'saveHtml':
        return this.#saveHtml();
    }
  }

  async #chooseOther(): Promise<void> {
    const path = await chooseReport(this.#path);
    if (path !== null) await this.#compareWith(path);
  }

  async #compareWith(path: string): Promise<void> {
    this.#other = await readOther(path);
    this.#page.post({ type: 'other', other: this.#other });
  }

  /** As it was evaluated: by the report's model, for the class under test. */
  #explain({ file, target, method, tensor }: PictureToExplain): void {
    if (this.#report === null) return;
    const model = resolve(dirname(this.#path), this.#report.model.file);
    const picture = Uri.file(join(this.#pictures(this.#report), file));
    const panel = this.#services.panels.explain(picture, { model });
    panel.explainClass(target);
    panel.explainBy(method);
    panel.reveal(tensor);
  }

  async #saveHtml(): Promise<void> {
    const report = this.#report;
    if (report === null) return;
    const html = await pageFile({
      dist: Uri.joinPath(this.#services.extensionUri, 'dist').fsPath,
      pictures: this.#pictures(report),
      report,
      ...failureTexts(report, failureText),
      other: this.#other,
      strings: panelStrings(),
      locale: env.language,
    });
    return this.#save('html', html);
  }

  #save(format: string, text: string): Promise<void> {
    return saveBeside(l10n.t('Export'), format, Buffer.from(text), this.#path);
  }

  #pictures({ plan }: EvaluationReport): string {
    return resolve(dirname(this.#path), plan.root);
  }

  #describe(error: unknown): string {
    this.#services.log.error(`${basename(this.#path)}: ${errorDetail(error)}`);
    return errorText(error);
  }
}
