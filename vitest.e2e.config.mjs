import { defineConfig } from 'vitest/config';

/** The same flows twice: against the extension under development and against its installed package. */
const project = (name, exclude) => ({
  test: {
    name,
    include: ['test/e2e/*.test.ts'],
    exclude: [`test/e2e/${exclude}.test.ts`],
    globalSetup: ['test/e2e/support/setup.ts'],
    setupFiles: ['test/e2e/support/failure.ts'],
    pool: 'forks',
    // One workbench at a time: two cores serve one well and two badly.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // How long a poll waits for its condition: as long as a busy machine may take.
    expect: { poll: { timeout: 20_000 } },
  },
});

export default defineConfig({
  test: { projects: [project('development', 'package'), project('packaged', 'start')] },
});
