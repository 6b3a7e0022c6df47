// The panel's page inside its two frames.
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from './eventually.js';

/** Colours of a canvas, read at SAMPLES × SAMPLES points: red, green, blue by turns. */
export type Colours = readonly number[];
const SAMPLES = 48;

/** A colour that differs by less than this from another is taken for the same. */
const NOTICEABLE = 8;

/** Share of the points that differ between maps, however alike: most of the picture keeps its colours. */
const CHANGED = 0.002;

export class Panel {
  readonly frame: FrameLocator;

  constructor(page: Page) {
    this.frame = page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe#active-frame');
  }

  /** Waits until an explanation is shown and nothing is being computed. */
  async explained(): Promise<void> {
    await this.frame.locator('main[aria-busy=false] .legend-line').waitFor();
  }

  /** Shows the view of a tab. */
  async openView(name: string): Promise<void> {
    await this.frame.getByRole('tab', { name }).click();
  }

  get canvas(): Locator {
    return this.frame.getByRole('application');
  }

  get classButton(): Locator {
    return this.frame.locator('header button[aria-haspopup=dialog]');
  }

  /** Label of the class that is explained. */
  async explainedClass(): Promise<string> {
    return this.classButton.locator('.pick-text').innerText();
  }

  get methodButton(): Locator {
    return this.frame.locator('header').getByRole('button', { name: /^Method/ });
  }

  /** Name of the method that explains. */
  async method(): Promise<string> {
    return this.methodButton.locator('.pick-text').innerText();
  }

  async chooseMethod(name: string): Promise<void> {
    await this.methodButton.click();
    await this.frame.locator('.method', { has: this.frame.getByText(name, { exact: true }) }).click();
    await expect.poll(() => this.method()).toBe(name);
    await this.frame.locator('main[aria-busy=false]').waitFor();
  }

  /** Explains the chosen layer by Score-CAM, which asks first, and waits until none of its forward passes is left. */
  async score(answer = 'Run'): Promise<void> {
    await this.frame.locator('.working').getByText(answer, { exact: true }).click();
    await this.explained();
    await this.frame.locator('.working').waitFor({ state: 'detached' });
  }

  get predictions(): Locator {
    return this.frame.locator('.predictions button');
  }

  get channels(): Locator {
    return this.frame.locator('.channels .channel');
  }

  get stages(): Locator {
    return this.frame.locator('.depth-list [role=option]');
  }

  get tree(): Locator {
    return this.frame.getByRole('tree');
  }

  get selectedRow(): Locator {
    return this.tree.locator('[role=treeitem][aria-selected=true]');
  }

  /** Path and size of the chosen layer, as its row's title says them. */
  async selectedLayer(): Promise<string> {
    return (await this.selectedRow.getAttribute('title')) ?? '';
  }

  /** What went wrong, in the place of the columns or above them. */
  get failure(): Locator {
    return this.frame.locator('p[role=alert], [role=alert] .banner-text');
  }

  async colours(canvas: Locator = this.canvas): Promise<Colours> {
    return canvas.evaluate((element, samples) => {
      if (!(element instanceof HTMLCanvasElement)) throw new Error('Not a canvas.');
      const small = new OffscreenCanvas(samples, samples);
      const context = small.getContext('2d');
      if (!context) throw new Error('No 2D context.');
      context.imageSmoothingEnabled = false;
      context.drawImage(element, 0, 0, samples, samples);
      const { data } = context.getImageData(0, 0, samples, samples);
      return Array.from(data).filter((_, index) => index % 4 !== 3);
    }, SAMPLES);
  }

  /** The picture without its map. */
  async picture(): Promise<Colours> {
    const toggle = this.frame.getByRole('button', { name: 'Show picture only' });
    await toggle.click();
    const colours = await this.colours();
    await toggle.click();
    return colours;
  }

  /** Does something and waits until the picture looks different. Answers how it looks then. */
  async expectChange(action: () => Promise<void>): Promise<Colours> {
    const before = await this.colours();
    await action();
    await eventually(async () => {
      expect(difference(await this.colours(), before)).toBeGreaterThan(CHANGED);
    });
    await this.explained();
    return this.colours();
  }

  async explainClass(index: number): Promise<Colours> {
    return this.expectChange(() => this.predictions.nth(index).click());
  }
}

/** Whether it has the keyboard. */
export function hasKeyboard(place: Locator): Promise<boolean> {
  return place.evaluate((element) => element === document.activeElement && document.hasFocus());
}

/** Share of the points whose colour differs noticeably. */
export function difference(a: Colours, b: Colours): number {
  expect(a.length).toBe(b.length);
  const differing = a.filter((value, index) => Math.abs(value - (b[index] ?? 0)) >= NOTICEABLE);
  return differing.length / a.length;
}
