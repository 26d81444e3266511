import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    // Tests run on the sources of every package, so that a failing line is a line of ours; what ships is
    // tested apart, from packed tarballs (testing/src/packaging).
    alias: [
      {
        find: /^@epochwatt\/core\/(testing|planning|import)$/,
        replacement: source('packages/core/src/$1/index.ts'),
      },
      {
        find: /^@epochwatt\/report\/trackers$/,
        replacement: source('packages/report/src/trackers/index.ts'),
      },
      {
        find: /^@epochwatt\/(core|electricitymaps-data|report|tensorflowjs-callback|mlflow-plugin|otlp-plugin|wandb-plugin)$/,
        replacement: source('packages/$1/src/index.ts'),
      },
      {
        find: /^wandb-node-sdk-shim$/,
        replacement: source('packages/wandb-node-sdk-shim/src/index.ts'),
      },
      // Of wandb-node-sdk-shim alone.
      { find: /^#platform$/, replacement: source('packages/wandb-node-sdk-shim/src/platform/node.ts') },
      { find: /^mlflow-js-client$/, replacement: source('packages/mlflow-js-client/src/index.ts') },
      { find: /^@epochwatt\/testing$/, replacement: source('testing/src/index.ts') },
    ],
  },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'testing/{src,fuzz,campaigns}/**/*.test.ts',
      'tools/**/*.test.ts',
    ],
    globalSetup: ['packages/mlflow-js-client/test/global-setup.ts'],
    // Tests wait for processes, servers and browsers more than they compute, so one worker, vitest's choice on two cores, idles.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    // Real servers, browsers and processes on a shared machine may stall once; what is broken fails twice.
    retry: process.env.CI ? 1 : 0,
    hookTimeout: 60_000,
    // Neither a stray EPOCHWATT_ variable of the developer's shell nor the place that its time zone suggests may change
    // what the tests see.
    env: { EPOCHWATT_OFFLINE: '1', TZ: 'UTC' },
    reporters: process.env.EPOCHWATT_TEST_REPORT ? ['default', 'json'] : ['default'],
    ...(process.env.EPOCHWATT_TEST_REPORT ? { outputFile: { json: process.env.EPOCHWATT_TEST_REPORT } } : {}),
  },
})
