import { defineConfig } from 'vitest/config';

const engine = 'packages/**/*.engine.test.ts';

export default defineConfig({
  test: {
    coverage: { include: ['packages/*/src/**/*.ts'], exclude: ['**/generated/**'] },
    projects: [
      // They read every source file: on a busy machine that takes its time.
      { test: { name: 'law', include: ['test/law/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'unit',
          include: ['packages/**/*.test.ts'],
          exclude: [engine, '**/node_modules/**', '**/dist/**'],
          testTimeout: 20_000,
          // A busy machine takes its time; a condition that never comes still fails.
          expect: { poll: { timeout: 5_000 } },
        },
      },
      {
        test: {
          name: 'engine',
          include: [engine],
          globalSetup: 'test/harness/global-setup.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/harness/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One dockerd, one daemon on fixed ports: files that ran side by side would see each other's apps.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
