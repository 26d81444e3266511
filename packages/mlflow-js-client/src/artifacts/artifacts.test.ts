import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { clientOf } from '../../test/client-of.js'
import { connectToMlflow, uniqueName } from '../../test/connect.js'
import { describeWith } from '../../test/describe-with.js'
import { scriptedServer } from '../../test/scripted-server.js'

const folder = mkdtempSync(join(tmpdir(), 'mlflow-artifacts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 31) % 256)
const runId = 'b'.repeat(32)
const runAt = (artifactUri: string) =>
  JSON.stringify({ run: { info: { run_id: runId, experiment_id: '1', artifact_uri: artifactUri } } })

for (const line of ['current', 'legacy', 'embedded', 'fake'] as const) {
  const mlflow = await connectToMlflow(line)
  describeWith(`artifacts (${line})`, mlflow, ({ client, connect, newRun }) => {
    const { artifacts } = client

    it('come back byte by byte, whatever they are and are called', async () => {
      const id = await newRun()
      const all = {
        'plain.txt': 'grün',
        'deep/er/bytes.bin': bytesOf(100_000),
        'odd name+&=?;@,100% é.txt': new Blob(['blob']),
        'empty.txt': '',
        'buffer.bin': bytesOf(10).buffer,
      }
      for (const [path, content] of Object.entries(all)) await artifacts.upload(id, path, content)
      for (const [path, content] of Object.entries(all)) {
        const expected = new Uint8Array(await new Blob([content]).arrayBuffer())
        await expect(artifacts.download(id, path)).resolves.toEqual(expected)
      }
      await artifacts.upload(id, 'plain.txt', 'new')
      await expect(artifacts.downloadText(id, 'plain.txt')).resolves.toBe('new')

      const paths: string[] = []
      for await (const { path } of artifacts.walk(id)) paths.push(path)
      expect(paths.sort()).toEqual(Object.keys(all).sort())
      await expect(artifacts.list(id, 'deep').all()).resolves.toEqual([{ path: 'deep/er', isDir: true }])
    })

    it('that are not there are an error with a code', async () => {
      const id = await newRun()
      await expect(artifacts.download(id, 'none.txt')).rejects.toMatchObject({
        errorCode: 'RESOURCE_DOES_NOT_EXIST',
        status: 404,
      })
      await expect(artifacts.list(id, 'none').all()).resolves.toEqual([])
    })

    // Files of a local database are deleted as files; the client says NOT_IMPLEMENTED.
    it.skipIf(line === 'embedded')('can be deleted', async () => {
      const id = await newRun()
      await artifacts.upload(id, 'a/b.txt', 'x')
      await artifacts.delete(id, 'a/b.txt')
      await expect(artifacts.download(id, 'a/b.txt')).rejects.toMatchObject({ status: 404 })
    })

    it('may be local files and folders, both ways', async () => {
      const id = await newRun()
      mkdirSync(join(folder, line, 'sub'), { recursive: true })
      writeFileSync(join(folder, line, 'one.bin'), bytesOf(5))
      writeFileSync(join(folder, line, 'sub', 'two.txt'), 'two')
      await expect(artifacts.uploadFile(id, join(folder, line), 'model')).resolves.toEqual([
        'model/one.bin',
        'model/sub/two.txt',
      ])
      await expect(artifacts.uploadFile(id, join(folder, line, 'one.bin'))).resolves.toEqual(['one.bin'])
      const target = join(folder, 'down', line, 'one.bin')
      await artifacts.downloadFile(id, 'model/one.bin', target)
      expect(new Uint8Array(readFileSync(target))).toEqual(bytesOf(5))
      await expect(artifacts.downloadText(id, 'model/sub/two.txt')).resolves.toBe('two')
    })

    it('show how far they are', async () => {
      const id = await newRun()
      const seen: number[] = []
      const content = bytesOf(3_000_000)
      await artifacts.upload(id, 'big.bin', content, {
        onProgress: ({ loadedBytes, totalBytes }) => {
          expect(totalBytes).toBe(content.length)
          seen.push(loadedBytes)
        },
      })
      expect(seen.length).toBeGreaterThan(2)
      expect(seen).toEqual(seen.toSorted((a, b) => a - b))
      expect(seen.at(-1)).toBe(content.length)
    })

    // Without a server there is nothing to go through.
    it.skipIf(line === 'embedded')(
      'go in one piece, through the server, where the store cannot do otherwise',
      async () => {
        const id = await newRun()
        const inParts = connect({ multipart: { enabled: true, minimumBytes: 1, chunkBytes: 10 } })
        await inParts.artifacts.upload(id, 'dir/a.bin', bytesOf(100))
        await expect(artifacts.download(id, 'dir/a.bin', { from: 'store' })).resolves.toEqual(bytesOf(100))
      },
    )

    // The same.
    it.skipIf(line === 'embedded')('go through the server where it does not pass them on', async () => {
      const root = join(folder, 'root', line)
      const experimentId = await client.experiments.create({
        name: uniqueName('direct'),
        artifactLocation: root,
      })
      const { info } = await client.runs.create({ experimentId })
      await artifacts.upload(info.runId, 'dir/a.txt', 'through')
      await expect(artifacts.downloadText(info.runId, 'dir/a.txt')).resolves.toBe('through')
      expect(readdirSync(join(root, info.runId, 'artifacts', 'dir'))).toEqual(['a.txt'])
      const tooLarge = artifacts.upload(info.runId, 'big.bin', new Uint8Array(10 * 2 ** 20 + 1))
      await expect(tooLarge).rejects.toMatchObject({ errorCode: 'UNSUPPORTED_ARTIFACT_ROOT' })
      await expect(tooLarge).rejects.toThrow('--artifacts-destination')
      await expect(artifacts.delete(info.runId, 'dir/a.txt')).rejects.toMatchObject({
        errorCode: 'UNSUPPORTED_ARTIFACT_ROOT',
      })
    })
  })
}

describe('artifacts', () => {
  it('are sent again, whole, when the connection breaks', async () => {
    const content = bytesOf(200_000)
    const server = await scriptedServer(({ method }, before) => {
      if (method === 'GET') return { body: runAt('mlflow-artifacts:/1/r/artifacts') }
      return before === 1 ? 'reset' : {}
    })
    await clientOf(server.url).artifacts.upload(runId, 'x y.bin', content)
    const puts = server.exchanges.filter(({ method }) => method === 'PUT')
    expect(puts.map(({ url }) => url)).toEqual(
      new Array(2).fill('/api/2.0/mlflow-artifacts/artifacts/1/r/artifacts/x%20y.bin'),
    )
    expect(new Uint8Array(puts[1]?.body ?? [])).toEqual(content)
    expect(puts[1]?.headers['content-length']).toBe(String(content.length))
  })

  it('leave no half file behind', async () => {
    const server = await scriptedServer(({ url }) =>
      url.includes('/runs/get') ? { body: runAt('mlflow-artifacts:/1') } : 'torn',
    )
    const target = join(folder, 'torn', 'x.bin')
    await expect(clientOf(server.url).artifacts.downloadFile(runId, 'x.bin', target)).rejects.toMatchObject({
      errorCode: 'NETWORK_ERROR',
    })
    expect(readdirSync(join(folder, 'torn'))).toEqual([])
  })

  it('have their root asked for once', async () => {
    const server = await scriptedServer(() => ({ body: runAt('mlflow-artifacts:/1') }))
    const client = clientOf(server.url)
    await client.artifacts.upload(runId, 'a', 'a')
    await client.artifacts.upload(runId, 'b', 'b')
    expect(server.exchanges.filter(({ method }) => method === 'GET')).toHaveLength(1)
  })
})
