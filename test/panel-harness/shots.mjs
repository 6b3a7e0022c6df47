/* global document, window */
// Every state of the pages that is looked at, and the way into it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PANEL_SHOTS } from './panelShots.mjs';
import { REPORT_SHOTS } from './reportShots.mjs';
import { TIMELINE_SHOTS } from './timelineShots.mjs';

export const SHOTS = [...PANEL_SHOTS, ...TIMELINE_SHOTS, ...REPORT_SHOTS];

/** Those in sight that a page leaves to be decoded when there is time would be missing from a screenshot. */
async function decodePictures() {
  const inSight = [...document.images].filter((image) => {
    const { top, bottom } = image.getBoundingClientRect();
    return bottom > 0 && top < window.innerHeight;
  });
  // A picture that cannot be read has nothing to wait for.
  await Promise.allSettled(inSight.map((image) => image.decode()));
}

const WIDE = { width: 1400, height: 900 };

/** How long a page may take to be there, as long as a busy machine may need. */
const PATIENCE_MS = 120_000;

/** Opens a page of `outdir` in the state of a shot. `complain` is told what goes wrong in it. */
export async function openShot(browser, outdir, shot, complain) {
  const { theme, scenario = 'ready', method = '', page: query = '', size = WIDE, act } = shot;
  const page = await browser.newPage({ viewport: size, reducedMotion: 'reduce' });
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => complain(error.message));
  page.on('console', (message) => message.type() === 'error' && complain(message.text()));
  const file = pathToFileURL(join(outdir, `${theme}.html`)).href;
  await page.goto(`${file}?scenario=${scenario}&method=${encodeURIComponent(method)}&${query}`);
  await page.locator('main').waitFor();
  await act?.(page);
  await page.evaluate(decodePictures);
  return page;
}
