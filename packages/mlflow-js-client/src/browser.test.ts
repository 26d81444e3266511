import { builtinModules } from 'node:module'
import { describe, expect, it } from 'vitest'
import { bundle } from '../test/bundle.js'
import { connectToMlflow, uniqueName } from '../test/connect.js'
import { describeWith } from '../test/describe-with.js'

const builtins = new Set([...builtinModules, ...builtinModules.map(name => `node:${name}`)])

const mlflow = await connectToMlflow()

describe('the browser build', () => {
  it('exports what the types of the other entrance promise', async () => {
    const browser: typeof import('./index.js') = await import('./browser.js')
    expect(Object.keys(browser)).toEqual(Object.keys(await import('./index.js')))
  })

  it('reaches nothing of Node, and loads zod only when something is sent', async () => {
    const { result } = await bundle('browser', 'browser')
    const inputs = Object.entries(result.metafile.inputs)
    const imports = inputs.flatMap(([, { imports }]) => imports.map(({ path }) => path))
    expect(imports.filter(path => builtins.has(path) || path === 'undici')).toEqual([])
    expect(inputs.map(([path]) => path).filter(path => /platform\/(node|tls|exit)/.test(path))).toEqual([])

    const outputs = Object.entries(result.metafile.outputs)
    const [, entry] = outputs.find(([path]) => path.endsWith('/browser.mjs')) ?? []
    const atStart = Object.keys(entry?.inputs ?? {})
    expect(atStart.length).toBeGreaterThan(0)
    expect(atStart.filter(path => path.includes('zod'))).toEqual([])
    expect(inputs.some(([path]) => path.includes('zod'))).toBe(true)
    // A limit to be raised knowingly.
    expect(entry?.bytes).toBeLessThan(60_000)
  })
})

describeWith('the browser build', mlflow, mlflow => {
  it('logs to a real server', async () => {
    const { file } = await bundle('browser', 'browser')
    const browser: typeof import('./browser.js') = await import(/* @vite-ignore */ file)
    const warnings: string[] = []
    browser.setTrackingUri(mlflow.server.url, { onWarning: message => warnings.push(message) })
    await browser.setExperiment(uniqueName('browser'))
    const runId = await browser.startRun({ runName: 'page' }, async run => {
      await browser.logParam('a', 1)
      await browser.startRun({ nested: true }, () => browser.logMetric('inner', 1))
      await browser.logMetric('outer', 2, { step: 1 })
      await browser.logText('text', 'a/b.txt')
      await browser.logArtifact(new File(['x'], 'x.txt'))
      return run.runId
    })
    const { data, info } = await mlflow.client.runs.get(runId)
    expect(info.status).toBe('FINISHED')
    expect(data).toMatchObject({
      params: { a: '1' },
      metrics: { outer: 2 },
      tags: { 'mlflow.source.name': 'browser' },
    })
    await expect(mlflow.client.artifacts.downloadText(runId, 'a/b.txt')).resolves.toBe('text')
    await expect(browser.logArtifact('/etc/hostname')).rejects.toThrow('no file system')
    expect(warnings).toEqual([expect.stringContaining('no file system')])
    await browser.endRun()
  })
})
