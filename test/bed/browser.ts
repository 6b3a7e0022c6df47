// Chromium with a page that fits VS Code's workbench.
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

export async function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    // The caller stops the browser; its own signal handlers would race with that.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      // Nothing leaves the machine: every name but the server's fails at once.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
}

/** How long something may take to be there, as long as a busy machine may need. */
export const PATIENCE_MS = 120_000;

export async function newContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    locale: 'en-US',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}
