// The README's first command: `npm start` serves a workbench in which a sample picture is explained at once.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launchBrowser, newContext } from '../bed/browser.js';
import { Panel } from './support/panel.js';
import { ROOT } from './support/sample.js';

let start: ChildProcess;
let browser: Browser;

beforeAll(async () => {
  start = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A desktop VS Code on this machine is not to be opened.
    env: { ...process.env, VSCODE_EXECUTABLE: undefined, PATH: pathWithout('code') },
  });
  browser = await launchBrowser(inject('bed').chromium);
});

afterAll(async () => {
  start.kill();
  await browser.close();
});

test('it prints an address, explains a picture there, and leaves nothing behind', async () => {
  const address = await printedAddress();
  const page = await (await newContext(browser)).newPage();
  await page.goto(address);
  await new Panel(page).explained();

  const folder = path.dirname(new URL(address).searchParams.get('folder') ?? '');
  expect(existsSync(folder)).toBe(true);
  const ended = once(start, 'exit');
  start.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  expect(existsSync(folder)).toBe(false);
  await expect(fetch(address)).rejects.toThrow('fetch failed');
});

async function printedAddress(): Promise<string> {
  if (start.stdout === null) throw new Error('No output.');
  const printed: string[] = [];
  for await (const line of createInterface(start.stdout)) {
    printed.push(line);
    const address = /http:\S+/.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error(`No address in:\n${printed.join('\n')}`);
}

function pathWithout(program: string): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.filter((folder) => !existsSync(path.join(folder, program))).join(path.delimiter);
}
