import { join } from 'node:path';
import { commands, Disposable, env, l10n, Uri, window, workspace } from 'vscode';
import type { WebviewPanel } from 'vscode';

import { modelOf } from '../../checkpoints/opening.js';
import type { Remedy, TimelineHostMessage, TimelineMessage } from '../../protocol/timeline.js';
import { COMMANDS, CONFIGURATION, SETTINGS } from '../editor/ids.js';
import { errorDetail, errorText, panelStrings } from '../editor/localize.js';
import { browsePictures } from '../editor/pictures.js';
import { defaultDisplay, modelSettings } from '../editor/settings.js';
import { expectedClassOf } from '../panel/expectedClass.js';
import { saveFigure, saveValues } from '../panel/exportFiles.js';
import { watchFile } from '../panel/fileWatch.js';
import { HostedPage } from '../panel/hostedPage.js';
import { noGraphText } from './noGraph.js';
import type { LiveRun } from './runs.js';
import type { TimelineServices } from './services.js';
import { TimelineSession } from './timelineSession.js';
import type { SessionContext, SessionStart } from './timelineSession.js';

/** What a timeline begins with. */
export interface TimelineStart extends SessionStart {
  /** Ids, in the order in which they are shown. */
  readonly runs: readonly string[];
}

/** The timeline of one or more runs: the page, its session, and the files that both depend on. */
export class TimelinePanel {
  readonly #panel: WebviewPanel;
  readonly #page: HostedPage<TimelineHostMessage>;
  readonly #services: TimelineServices;
  readonly #session: TimelineSession;
  readonly #disposables: Disposable[] = [];
  readonly #pictureWatches = new Map<string, Disposable>();
  #runs: readonly string[];

  constructor(panel: WebviewPanel, services: TimelineServices, start: TimelineStart) {
    this.#panel = panel;
    this.#page = new HostedPage(panel, services.extensionUri);
    this.#services = services;
    this.#runs = start.runs;
    this.#session = new TimelineSession(this.#context(), start);
    this.#page.begin('timeline', {
      strings: panelStrings(),
      locale: env.language,
      display: defaultDisplay(),
    });
    this.#disposables.push(
      panel.webview.onDidReceiveMessage((message: TimelineMessage) => {
        this.#receive(message).catch((error: unknown) => window.showErrorMessage(this.#describe(error)));
      }),
      workspace.onDidChangeConfiguration((change) => {
        const names = [SETTINGS.models, SETTINGS.maxMegapixels].map((name) => `${CONFIGURATION}.${name}`);
        if (names.some((name) => change.affectsConfiguration(name))) this.#session.prepareAnew();
      }),
      Disposable.from(
        services.runs.onDidChange(() => {
          this.#showRuns();
        }),
      ),
    );
    this.#watchPictures();
    this.#showRuns();
  }

  get runs(): readonly string[] {
    return this.#runs;
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Shows these too. */
  add(runs: readonly LiveRun[], pictures: readonly string[]): void {
    this.#runs = [...new Set([...this.#runs, ...runs.map(({ id }) => id)])];
    this.#session.pictures.add(pictures);
    this.#watchPictures();
    this.#showRuns();
  }

  engineDied(): void {
    this.#session.engineDied();
  }

  dispose(): void {
    this.#session.dispose();
    Disposable.from(...this.#disposables, ...this.#pictureWatches.values()).dispose();
  }

  #showRuns(): void {
    this.#session.show(this.#runs.flatMap((id) => this.#services.runs.find(id) ?? []));
  }

  #watchPictures(): void {
    const paths = new Set(this.#session.pictures.all.map(({ path }) => path));
    for (const path of paths)
      if (!this.#pictureWatches.has(path)) {
        const changed = (): void => {
          this.#session.pictures.changed(path);
          this.#session.update();
        };
        this.#pictureWatches.set(path, watchFile(path, changed));
      }
    for (const [path, watch] of this.#pictureWatches)
      if (!paths.has(path)) {
        watch.dispose();
        this.#pictureWatches.delete(path);
      }
  }

  #context(): SessionContext {
    const { engine, explainer, memory, predictions, runs } = this.#services;
    return {
      engine,
      explainer,
      settingsOf: modelSettings,
      expectedClass: (picture, labels) => expectedClassOf(picture, labels, memory),
      describe: (error) => this.#describe(error),
      noGraph: noGraphText(),
      notFound: l10n.t('The folder of this run is not there. What was seen of it stays.'),
      post: (message) => {
        this.#page.post(message);
      },
      opened: ({ live }, { weights }) => {
        runs.learn(live.id, weights?.reference ?? null);
      },
      predicted: (one, picture, { predicted }) => {
        predictions.learn(one, picture, predicted);
      },
    };
  }

  #describe(error: unknown): string {
    this.#services.log.error(errorDetail(error));
    return errorText(error);
  }

  async #receive(message: TimelineMessage): Promise<void> {
    const session = this.#session;
    switch (message.type) {
      case 'ready':
        session.greet();
        return;
      case 'need':
        session.answer(message.need);
        return;
      case 'selectClass':
        session.selectClass(message.picture, message.index);
        return;
      case 'selectMethod':
        session.selectMethod(message.method);
        return;
      case 'retry':
        session.retry(message.checkpoint);
        return;
      case 'notify':
        window.setStatusBarMessage(message.text, 5000);
        return;
      case 'saveFigure':
        return saveFigure(message, this.#beside());
      case 'saveTable':
        return saveValues(`${message.name}.csv`, message.csv, this.#beside());
      case 'showLog':
        return commands.executeCommand(COMMANDS.showLog);
      default:
        return this.#change(message);
    }
  }

  async #change(
    message: Extract<
      TimelineMessage,
      { type: 'addPictures' | 'removePicture' | 'addRun' | 'removeRun' | 'openCheckpoint' | Remedy }
    >,
  ): Promise<void> {
    switch (message.type) {
      case 'addPictures':
        return this.#addPictures();
      case 'removePicture':
        this.#session.pictures.remove(message.picture);
        this.#watchPictures();
        this.#session.update();
        return;
      case 'addRun':
        return this.#addRuns();
      case 'removeRun':
        this.#runs = this.#runs.filter((id) => id !== message.run);
        this.#showRuns();
        return;
      case 'chooseGraph':
      case 'chooseReference':
        return commands.executeCommand(COMMANDS[message.type], {
          live: this.#services.runs.find(message.run),
        });
      case 'openCheckpoint':
        this.#open(message.checkpoint, message.picture);
        return;
    }
  }

  async #addPictures(): Promise<void> {
    const pictures = await browsePictures();
    this.add(
      [],
      pictures.map(({ fsPath }) => fsPath),
    );
  }

  async #addRuns(): Promise<void> {
    this.add(await this.#services.chooseRuns(), []);
  }

  #open(id: number, picture: number): void {
    const one = this.#session.runs.find(id);
    const probe = this.#session.pictures.find(picture);
    const checkpoint = one && this.#session.runs.openable(one);
    if (!checkpoint || probe === undefined) return;
    this.#services.panels.explain(Uri.file(probe.path), modelOf(checkpoint));
  }

  /** Exports lie beside the first picture, if they are not put elsewhere. */
  #beside(): string {
    const [picture] = this.#session.pictures.all;
    return (
      picture?.path ??
      join(this.#services.runs.find(this.#runs[0] ?? '')?.watch.source.folder ?? '', 'timeline')
    );
  }
}
