// The panel's page in Chromium, with a stand-in for the host.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { ensureChromium } from '../../bed/install.js';
import { buildHarness } from '../../panel-harness/build.mjs';

/** Percentile above which its maps are coloured: not the usual one. */
const EMPHASIS = 0.8;

const SAID = v.array(v.string());

/** Pages for the tests of a file: each is closed behind the test that opened it. */
export function panelPages(): Pick<PanelPages, 'open' | 'openReport'> {
  let pages: PanelPages;
  beforeAll(async () => {
    pages = await PanelPages.start();
  });
  afterEach(() => pages.close());
  afterAll(() => pages.end());
  return {
    open: (query, width) => pages.open(query, width),
    openReport: (query) => pages.openReport(query),
  };
}

class PanelPages {
  readonly #folder: string;
  readonly #browser: Browser;

  private constructor(folder: string, browser: Browser) {
    this.#folder = folder;
    this.#browser = browser;
  }

  static async start(): Promise<PanelPages> {
    const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-page-'));
    await buildHarness(folder);
    const html = readFileSync(path.join(folder, 'dark.html'), 'utf8');
    writeFileSync(path.join(folder, 'panel.html'), html.replace('"emphasis":0.5', `"emphasis":${EMPHASIS}`));
    const browser = await chromium.launch({
      executablePath: ensureChromium(),
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
      // Whether there are any is looked at.
      ignoreDefaultArgs: ['--hide-scrollbars'],
    });
    return new PanelPages(folder, browser);
  }

  /** @param query what is shown, as the harness's host reads it */
  async open(query = '', width = 1400): Promise<Page> {
    const page = await this.#browser.newPage({ viewport: { width, height: 900 }, reducedMotion: 'reduce' });
    await page.addInitScript(() => {
      const said: string[] = [];
      Object.assign(window, { said });
      // Bytes as the text that they are.
      const asText = (_: string, value: unknown): unknown =>
        value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
      console.log = (message: object): void => {
        said.push(JSON.stringify(message, asText));
      };
    });
    await page.goto(`${pathToFileURL(path.join(this.#folder, 'panel.html')).href}?${query}`);
    await page.locator('main[aria-busy=false] .legend-line').waitFor();
    await drawn(page.getByRole('application'));
    return page;
  }

  /** The page of an evaluation's report. @param query what is shown, as its host reads it */
  async openReport(query: string): Promise<Page> {
    const page = await this.#browser.newPage();
    await page.goto(`${pathToFileURL(path.join(this.#folder, 'dark.report.html')).href}?${query}`);
    return page;
  }

  /** All that are open. */
  async close(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
  }

  async end(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** What a canvas shows, as soon as there is something. */
export async function drawn(canvas: Locator): Promise<string> {
  return canvas.evaluate(
    (element) =>
      new Promise<string>((resolve, reject) => {
        if (!(element instanceof HTMLCanvasElement)) {
          reject(new Error('It is no canvas.'));
          return;
        }
        const look = (): void => {
          const { width, height } = element;
          const middle = element.getContext('2d')?.getImageData(width >> 1, height >> 1, 1, 1);
          if (middle?.data[3] === 255) resolve(element.toDataURL());
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}

/** What the page has said to the host of one kind, each message in JSON. */
export async function saidOf(page: Page, type: string): Promise<readonly string[]> {
  const said: unknown = await page.evaluate<unknown>(() => Reflect.get(window, 'said'));
  return v.parse(SAID, said).filter((message) => message.startsWith(`{"type":"${type}"`));
}
