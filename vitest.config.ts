import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node gives the libraries around it graphql's CommonJS build, Vite would give the tests the other one: two graphqls.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/bench/**'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores are the smallest machine that this must pass on.
    maxWorkers: 2,
  },
});
