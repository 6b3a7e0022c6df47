import { vi } from 'vitest';
import { PATIENCE_MS } from '../../bed/browser.js';

/** Waits until a check no longer fails; unlike `expect.poll` also while a flow is being prepared. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  await vi.waitFor(check, { timeout: PATIENCE_MS, interval: 50 });
}
