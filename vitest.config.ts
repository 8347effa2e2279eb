import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node gives the libraries around it graphql's CommonJS build, Vite would give the tests the other one: two graphqls.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores are the smallest machine that this must pass on; some files mostly wait.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/bench/**', 'test/protocol/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Services, writers and subscribers as processes: they get the machine for themselves, one file after the other.
        extends: true,
        test: {
          name: 'protocol',
          include: ['test/protocol/**/*.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
