// VS Code's workbench in the browser, as its user sees it.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { launchBrowser, newContext } from '../../bed/browser.js';
import { workbenchUrl, type Server } from '../../bed/server.js';
import { expectAccessible } from './accessible.js';
import { serve } from './bed.js';
import { eventually } from './eventually.js';
import { Panel } from './panel.js';
import { ROOT, SAMPLE } from './sample.js';

export interface WorkbenchOptions {
  /** Display language other than English. */
  readonly language?: string;
  /** Files beside the sample's, by path in the workspace. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Settings of the workspace. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export class Workbench {
  /** The one opened last. */
  static latest: Workbench | null = null;

  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
    /** The workspace: a copy of the sample that nobody else uses. */
    readonly folder: string,
    /** Of this workbench alone. */
    readonly server: Server,
  ) {}

  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    const bed = inject('bed');
    const server = await serve(bed, options.language);
    const folder = createWorkspace(options);
    const browser = await launchBrowser(bed.chromium);
    const page = await (await newContext(browser)).newPage();
    const workbench = new Workbench(browser, page, folder, server);
    Workbench.latest = workbench;
    const develop = bed.packaged ? [] : [bed.extension];
    await page.goto(workbenchUrl(server.port, { folder, develop }));
    await workbench.ready();
    return workbench;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /** The explorer is usable before the extension's menus are; its icon says that they are. */
  private async ready(): Promise<void> {
    await this.activity('Relevance-CAM').waitFor();
  }

  private activity(name: string): Locator {
    return this.page.locator('.activitybar').getByRole('tab', { name });
  }

  /** Shows a view container. */
  async openSidebar(name = 'Relevance-CAM'): Promise<void> {
    const icon = this.activity(name);
    if ((await icon.getAttribute('aria-selected')) !== 'true') await icon.click();
  }

  /** A file in the explorer, its folders opened. */
  async file(name: string): Promise<Locator> {
    await this.openSidebar('Explorer');
    const segments = name.split('/');
    for (const [depth, segment] of segments.slice(0, -1).entries()) {
      const folder = this.row(segment, depth + 1);
      if ((await folder.getAttribute('aria-expanded')) === 'false') await folder.click();
    }
    return this.row(segments.at(-1) ?? name, segments.length);
  }

  private row(name: string, level: number): Locator {
    const label = this.page.locator(`.explorer-folders-view [role=treeitem][aria-level="${level}"]`);
    return label.filter({ has: this.page.getByText(name, { exact: true }) });
  }

  async rightClick(name: string, command: string | RegExp): Promise<void> {
    const file = await this.file(name);
    await file.click({ button: 'right' });
    await this.chooseInMenu(command);
  }

  /** Explains a picture from the explorer's menu. Answers its panel once it shows the explanation. */
  async explain(picture: string): Promise<Panel> {
    await this.rightClick(picture, 'Explain with Relevance-CAM');
    const panel = new Panel(this.page);
    await panel.explained();
    return panel;
  }

  /** A menu ignores clicks in its first moments, so click until it has closed. */
  async chooseInMenu(command: string | RegExp): Promise<void> {
    const menu = this.page.locator('.monaco-menu');
    const item = menu.getByRole('menuitem', { name: command });
    await item.waitFor();
    await eventually(async () => {
      await item.click({ timeout: 500 }).catch(() => undefined);
      expect(await menu.count()).toBe(0);
    });
  }

  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.page.locator('.quick-input-widget input').fill(`>${title}`);
    await this.pick(title);
  }

  async chooseTheme(name: string): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    await this.page.locator('.quick-input-widget input').fill(name);
    await this.pick(name);
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Chooses an entry of the open QuickPick. */
  async pick(label: string): Promise<void> {
    await this.entry(label).click();
  }

  /**
   * Runs a command that lets one choose, and chooses. What had the focus before the palette has it back a moment after that
   * has closed; on a busy machine so late that it closes the QuickPick.
   */
  async runCommandAndPick(title: string, label: string): Promise<void> {
    await eventually(async () => {
      await this.runCommand(title);
      await this.entry(label).click({ timeout: 10_000 });
    });
  }

  /** Runs a command that lets one choose several, and takes what it proposes, as above. */
  async runCommandAndAccept(title: string): Promise<void> {
    const accept = this.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' });
    await eventually(async () => {
      await this.runCommand(title);
      await accept.click({ timeout: 10_000 });
    });
  }

  private entry(label: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first();
  }

  /** Accepts the folder that a dialog proposes. */
  async acceptFolder(folder: string): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget');
    // The dialog writes its proposal in a moment after it has opened.
    await expect.poll(() => dialog.locator('input[type=text]').inputValue()).toBe(`${folder}/`);
    await dialog.getByRole('button', { name: 'Export Here' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** Saves as the file that a dialog proposes. */
  async acceptFile(file: string): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget');
    await expect.poll(() => dialog.locator('input[type=text]').inputValue()).toBe(file);
    await this.page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
  }

  /**
   * Saves as the file that a dialog proposes for a picture: beside it, named after it and the sample's model.
   * @param what the end of its name, after the class or the layer
   * @returns its path
   */
  async acceptFileBeside(picture: string, what: string): Promise<string> {
    const input = this.page.locator('.quick-input-widget input[type=text]');
    const stem = path.join(this.folder, picture.replace(/\.\w+$/, '.sample.'));
    const isProposed = (value: string): boolean => value.startsWith(stem) && value.endsWith(`.${what}`);
    await expect.poll(() => input.inputValue().then(isProposed)).toBe(true);
    const file = await input.inputValue();
    await this.acceptFile(file);
    return file;
  }

  /** Rows of a view in the sidebar. */
  rows(view: string): Locator {
    const pane = this.page
      .locator('.pane')
      .filter({ has: this.page.locator(`.pane-header[aria-label^="${view}"]`) });
    return pane.locator('[role=treeitem]');
  }

  /**
   * The panel's tensor, without a leading slash, and its class (`null` for the predicted one), as the browser has stored
   * them: VS Code does so every few seconds.
   */
  async storedChoice(): Promise<string> {
    const stored = Object.values(await this.stored()).join('\n');
    const [, tensor = '', target = ''] = /tensor\W+([\w/.:-]+)\W+target\W+(null|\d+)/.exec(stored) ?? [];
    return `${tensor} of ${target}`;
  }

  /** Waits until the browser has stored which editors are open, with this text in one's type or state: a reload opens these. */
  async editorStored(text: string): Promise<void> {
    const editors = async (): Promise<string> =>
      (await this.stored())['memento/workbench.parts.editor'] ?? '';
    await expect.poll(editors).toContain(text);
  }

  /** What the workbench has stored in the browser. */
  private stored(): Promise<Record<string, string>> {
    return this.page.evaluate(async () => {
      const done = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => {
            resolve(request.result);
          };
          request.onerror = () => {
            reject(new Error(request.error?.message));
          };
        });
      const stored: Record<string, string> = {};
      for (const { name = '' } of await indexedDB.databases()) {
        if (!name.startsWith('vscode-web-state-db-')) continue;
        const database = await done(indexedDB.open(name));
        const items = database.transaction('ItemTable').objectStore('ItemTable');
        const [keys, values] = await Promise.all([done(items.getAllKeys()), done<unknown[]>(items.getAll())]);
        for (const [index, key] of keys.entries())
          if (typeof key === 'string') stored[key] = String(values[index]);
        database.close();
      }
      return stored;
    });
  }

  /** Keeps a picture of what is on screen, where axe-core is to find nothing wrong with a page of the extension. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(path.join(ROOT, 'out/screenshots'), { recursive: true });
    const suffix = inject('bed').packaged ? '.packaged' : '';
    // Nothing is to look hovered.
    await this.page.mouse.move(0, 0);
    await Promise.all(this.page.frames().map((frame) => frame.evaluate(decodePictures)));
    await this.page.screenshot({ path: path.join(ROOT, `out/screenshots/${name}${suffix}.png`) });
    if ((await this.page.locator('iframe.webview.ready:visible').count()) > 0)
      await expectAccessible(new Panel(this.page).frame);
  }
}

/** Those in sight that a page leaves to be decoded when there is time would be missing from a screenshot. */
async function decodePictures(): Promise<void> {
  const inSight = Array.from(document.images).filter((image) => {
    const { top, bottom } = image.getBoundingClientRect();
    return bottom > 0 && top < window.innerHeight;
  });
  // A picture that cannot be read has nothing to wait for.
  await Promise.allSettled(inSight.map((image) => image.decode()));
}

function createWorkspace({ settings = {}, files = {} }: WorkbenchOptions): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-'));
  // In the workspace's settings, the theme chosen in one flow is not that of the next.
  const all = {
    '.vscode/settings.json': JSON.stringify({ 'workbench.colorTheme': 'Dark Modern', ...settings }),
    ...files,
  };
  // The checkpoints are models of their own, among which one would have to choose.
  const filter = (source: string): boolean => path.basename(source) !== 'checkpoints';
  cpSync(SAMPLE, folder, { recursive: true, filter });
  for (const [name, content] of Object.entries(all)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}
