import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    setupFiles: ['test/unit/oneThread.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // How long a poll waits for its condition: as long as a busy machine may take.
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    // All cores: vitest would leave one idle, which is half of two.
    maxWorkers: availableParallelism(),
  },
});
