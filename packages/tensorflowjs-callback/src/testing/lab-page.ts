import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchChromium, servePages } from '@epochwatt/testing'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export interface LabPage {
  readonly page: Page
  close(): Promise<void>
}

/** A page in Chromium with TensorFlow.js, all its backends, and our sources. */
export const openLab = async (): Promise<LabPage> => {
  const { outputFiles } = await build({
    entryPoints: [here('page-entry.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"test"' },
    logLevel: 'error',
    alias: {
      '@epochwatt/tensorflowjs-callback': here('../index.ts'),
      '@epochwatt/core': here('../../../core/src/browser/index.ts'),
      '@epochwatt/core/browser': here('../../../core/src/browser/index.ts'),
    },
  })
  const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))
  const server = await servePages({
    texts: {
      '/index.html': '<!doctype html><title>lab</title><script type="module" src="/lab.js"></script>',
      '/lab.js': outputFiles[0]!.text,
    },
    folders: { '/wasm/': wasm },
  })
  const browser = await launchChromium()
  const page = await browser.newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => 'lab' in globalThis)
  return {
    page,
    close: async () => {
      await browser.close()
      await server.close()
    },
  }
}
