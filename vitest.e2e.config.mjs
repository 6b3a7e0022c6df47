import { defineConfig } from 'vitest/config';

const project = (name, include, exclude = []) => ({
  test: {
    name,
    include: include.map((flow) => `test/e2e/${flow}.test.ts`),
    exclude: exclude.map((flow) => `test/e2e/${flow}.test.ts`),
    globalSetup: ['test/e2e/support/setup.ts'],
    setupFiles: ['test/e2e/support/failure.ts'],
    pool: 'forks',
    // Two workbenches at a time: each waits for much.
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // How long a poll waits for its condition: as long as a busy machine may take, as in test/bed/browser.ts.
    expect: { poll: { timeout: 120_000 } },
  },
});

/** Every flow against the installed package; the extension under development is what `npm start` opens. */
export default defineConfig({
  test: {
    projects: [project('development', ['start']), project('packaged', ['*'], ['start'])],
  },
});
