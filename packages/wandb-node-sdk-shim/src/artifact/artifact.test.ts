import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { createClient } from '../http/wandb-client.js'
import { loadSettings } from '../settings/node-settings.js'
import { DirectoryStorage } from '../storage/directory-storage.js'
import { stubSettings, temporaryDirectory } from '../testing/fixture.js'
import { STUB_API_KEY, startStubBackend } from '../testing/stub-backend.js'
import { Artifact } from './artifact.js'
import { artifactRecordOf } from './artifact-record.js'
import { artifactDigest, byCodePoint, md5Base64 } from './digest.js'
import { saveArtifact } from './saver.js'

const directory = temporaryDirectory()
afterAll(directory.remove)
const at = (...labels: string[]) => join(directory.path, ...labels)

const storageIn = (folder: string) =>
  new DirectoryStorage({ path: at('run'), filesDir: at('run', 'files'), artifactsDir: at(folder) })

describe('an artifact', () => {
  it('has the digest that W&B computes', () => {
    const entries = [
      { path: 'energy.json', digest: md5Base64('{}') },
      { path: 'a/b.txt', digest: md5Base64('test') },
    ]
    expect(artifactDigest(entries)).toBe('05858d594e27fd96eeb27f6ef0f169b3')
  })

  it('sorts its paths by code point, where the default order of strings is another', () => {
    const paths = ['\u{1F600}', '\uFFFD', 'a']
    expect([...paths].sort()).toEqual(['a', '\u{1F600}', '\uFFFD'])
    expect([...paths].sort(byCodePoint)).toEqual(['a', '\uFFFD', '\u{1F600}'])
  })

  it('takes files, folders, bytes and references, and copies what it takes', async () => {
    mkdirSync(at('folder', 'sub'), { recursive: true })
    writeFileSync(at('folder', 'one'), '1')
    writeFileSync(at('folder', 'sub', 'two'), '22')
    const artifact = new Artifact('n', 't')
    artifact.addDir(at('folder'), { name: 'data' })
    artifact.addFile(at('folder', 'one'), { name: 'again' })
    artifact.addBuffer('text', 'abc')
    artifact.addReference('s3://bucket/key', { digest: 'etag', size: 5 })
    artifact.addReference(pathToFileURL(at('folder', 'one')), { name: 'local' })
    const entries = await storageIn('staged').stage(artifact)
    expect(
      Object.fromEntries(entries.map(({ path, size, ref, digest }) => [path, [size, ref, digest]])),
    ).toEqual({
      'data/one': [1, undefined, md5Base64('1')],
      'data/sub/two': [2, undefined, md5Base64('22')],
      again: [1, undefined, md5Base64('1')],
      text: [3, undefined, md5Base64('abc')],
      key: [5, 's3://bucket/key', 'etag'],
      local: [1, pathToFileURL(at('folder', 'one')).href, md5Base64('1')],
    })
    writeFileSync(at('folder', 'one'), 'changed later')
    const copy = entries.find(({ path }) => path === 'again')!.localPath!
    expect(readFileSync(copy, 'utf8')).toBe('1')
    expect(copy.startsWith(at('staged'))).toBe(true)
  })

  it.each([
    [() => new Artifact('a b', 't'), /name is "a b"/],
    [() => new Artifact('a', ''), /type is ""/],
    [() => new Artifact('a', 't').addFile('/no/such'), /there is no file \/no\/such/],
    [() => new Artifact('a', 't').addDir('/no/such'), /there is no folder \/no\/such/],
    [() => new Artifact('a', 't').addBuffer('../x', ''), /cannot be a path inside/],
    [() => new Artifact('a', 't').addBuffer('/x', ''), /cannot be a path inside/],
  ])('refuses what cannot be %#', (act, message) => {
    expect(act).toThrow(message)
  })
})

describe('a large file', () => {
  it('goes in parts, which the server puts together', async () => {
    const stub = await startStubBackend()
    const settings = loadSettings(stubSettings(stub), {})
    const bytes = Buffer.from(Array.from({ length: 50_000 }, (_byte, index) => (index * 7) & 255))
    const artifact = new Artifact('large', 'test')
    artifact.addBuffer('large.bin', bytes)
    artifact.addBuffer('small.bin', 'x')
    const entries = await storageIn('large').stage(artifact)
    const run = { runId: 'r', project: 'p', entity: 'stub' }
    const client = createClient({ settings, apiKey: STUB_API_KEY })
    const { signal } = new AbortController()
    await saveArtifact(artifactRecordOf(artifact, entries, artifactDigest(entries), run), 0, {
      client,
      run: { entity: 'stub', project: 'p', run: 'r' },
      storage: storageIn('large'),
      signal,
      multipartBytes: 20_000,
    })
    const stored = stub.artifact('large')
    expect(stored.state).toBe('COMMITTED')
    expect(stub.state.blobs.get(stored.files.get('large.bin')!.storagePath)?.equals(bytes)).toBe(true)
    const parts = stub.requests.filter(({ path }) => path.includes('.part'))
    expect(parts.length).toBeGreaterThan(2)
    expect(stub.requests.some(({ kind }) => kind === 'CompleteMultipartUploadArtifact')).toBe(true)
    expect(statSync(entries[0]!.localPath!, { throwIfNoEntry: false })).toBeUndefined()
    await stub.close()
  })
})
