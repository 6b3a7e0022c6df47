/* global document, window */
// node test/panel-harness/accessibility.mjs OUTDIR PAGE [STATE…]
// Brings the panel, the timeline or the report into each of its states, in two themes of four by turns, and prints as JSON
// what axe-core finds there. OUTDIR holds the timeline's data.
import axe from 'axe-core';
import { resolve } from 'node:path';
import { buildHarness } from './build.mjs';
import { launch } from './launch.mjs';
import { openShot, SHOTS } from './shots.mjs';
import { THEMES } from './themes.mjs';

/** What can be another of another theme. */
const COLORS = ['color-contrast', 'link-in-text-block'];

const [folder, kind = 'panel', ...wanted] = process.argv.slice(2);
const outdir = resolve(folder);
await buildHarness(outdir);
const browser = await launch();
const found = [];
const states = [...distinct(SHOTS.filter(({ theme }) => kindOf(theme) === kind))];
const unknown = wanted.filter((name) => states.every((shot) => shot.name !== name));
if (unknown.length > 0) throw new Error(`There is no state ${unknown.join(', ')}.`);
for (const [index, shot] of states.entries()) {
  if (wanted.length > 0 && !wanted.includes(shot.name)) continue;
  const page = await openShot(browser, outdir, shot, (text) => {
    found.push({ state: shot.name, theme: shot.theme, text });
  });
  // What axe-core tries to load is none of the page's.
  page.removeAllListeners('console');
  await page.evaluate(axe.source);
  const all = await page.evaluate(inspect, null);
  found.push(...all.map((text) => ({ state: shot.name, theme: shot.theme, text })));
  const others = Object.entries(THEMES).filter(([theme]) => theme !== shot.theme.split('.')[0]);
  const [theme, look] = others[index % others.length];
  await page.evaluate(dress, look);
  const violations = await page.evaluate(inspect, COLORS);
  found.push(...violations.map((text) => ({ state: shot.name, theme, text })));
  await page.close();
}
await browser.close();
process.stdout.write(JSON.stringify(found, null, 1));

/** The page that a theme's file holds. */
function kindOf(theme) {
  return theme.split('.').find((part) => part === 'timeline' || part === 'report') ?? 'panel';
}

/** One shot of each state: themes take turns anyway. */
function distinct(shots) {
  const states = new Map();
  for (const shot of shots) {
    const { scenario, method, page, size, act, theme } = shot;
    const language = theme.endsWith('.ko');
    const key = JSON.stringify([scenario, method, page, size, language, act?.toString()]);
    if (!states.has(key)) states.set(key, shot);
  }
  return states.values();
}

/** Gives the open page the colours of another theme. */
function dress({ kind, colors }) {
  document.body.className = kind;
  document.body.dataset.vscodeThemeKind = kind;
  const variables = Object.entries(colors).map(([name, value]) => `--vscode-${name}: ${value};`);
  document.querySelector('style').textContent = `:root { ${variables.join(' ')} }`;
}

/** The rules that axe-core runs by itself, or only some; and the one that is on trial: what is read on a control is part of its name (WCAG 2.5.3). */
async function inspect(only) {
  const rules = { 'label-content-name-mismatch': { enabled: true } };
  const { violations } = await window.axe.run(document, only === null ? { rules } : { runOnly: only });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}
