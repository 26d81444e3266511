import { expect, it } from 'vitest'
import { clientOf } from '../../test/client-of.js'
import { uniqueName } from '../../test/connect.js'
import { describeWith, isSkipped } from '../../test/describe-with.js'
import { mlflowServer } from '../../test/mlflow-server.js'
import { objectStore } from '../../test/object-store.js'
import { recordingFetch } from '../../test/recording-fetch.js'

const mebibyte = 2 ** 20
const bytesOf = (length: number) =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) % 256)

const s3 = async () => {
  const store = await objectStore()
  if (isSkipped(store)) return store
  const args = () => ['--artifacts-destination', `s3://${store.bucket}/proxied`]
  const server = await mlflowServer('current', 's3', { args, env: store.env })
  return isSkipped(server) ? server : { store, server }
}

describeWith('artifacts in S3', await s3(), ({ store, server }) => {
  const recording = recordingFetch()
  const seen: { readonly method: string; readonly url: URL; readonly authorization: string | null }[] = []
  const spying = async (url: string, init: RequestInit): Promise<Response> => {
    const authorization = new Headers(init.headers).get('authorization')
    seen.push({ method: init.method ?? 'GET', url: new URL(url), authorization })
    return url.startsWith(server.url) ? recording.fetch(url, init) : fetch(url, init)
  }
  const multipart = { minimumBytes: 11 * mebibyte, chunkBytes: 5 * mebibyte }
  const client = clientOf(server.url, { fetch: spying, token: 'secret', multipart })
  const toStore = () => seen.filter(({ url }) => url.origin !== new URL(server.url).origin)

  it('go there in parts, whose credentials are not ours', async () => {
    const experimentId = await client.experiments.create({ name: uniqueName('s3') })
    const { info } = await client.runs.create({ experimentId })
    const content = bytesOf(11 * mebibyte + 123)
    const loaded: number[] = []
    await client.artifacts.upload(info.runId, 'model/big file.bin', content, {
      onProgress: progress => loaded.push(progress.loadedBytes),
    })
    expect(toStore().map(({ method, authorization }) => [method, authorization])).toEqual(
      new Array(3).fill(['PUT', null]),
    )
    expect(loaded.at(-1)).toBe(content.length)
    expect(Buffer.compare(await client.artifacts.download(info.runId, 'model/big file.bin'), content)).toBe(0)

    const before = toStore().length
    const direct = await client.artifacts.download(info.runId, 'model/big file.bin', { from: 'store' })
    expect(Buffer.compare(direct, content)).toBe(0)
    expect(toStore().length).toBe(before + 1)
    expect([...recording.succeeded]).toEqual(
      expect.arrayContaining(['createMultipartUpload', 'completeMultipartUpload', 'getPresignedDownloadUrl']),
    )
  })

  it('are given up as a whole when a part cannot be sent', async () => {
    const failing = clientOf(server.url, {
      multipart,
      fetch: async (url, init) =>
        url.includes('partNumber=2') ? new Response('no', { status: 403 }) : spying(url, init),
    })
    const experimentId = await client.experiments.create({ name: uniqueName('s3') })
    const { info } = await client.runs.create({ experimentId })
    const upload = failing.artifacts.upload(info.runId, 'big.bin', bytesOf(11 * mebibyte))
    await expect(upload).rejects.toMatchObject({ status: 403 })
    expect([...recording.succeeded]).toContain('abortMultipartUpload')
  })

  it('go there by a signed address where the server does not pass them on', async () => {
    const artifactLocation = `s3://${store.bucket}/direct`
    const experimentId = await client.experiments.create({ name: uniqueName('s3'), artifactLocation })
    const { info } = await client.runs.create({ experimentId })
    const content = bytesOf(11 * mebibyte)
    const before = toStore().length
    await client.artifacts.upload(info.runId, 'dir/a.bin', content)
    expect(toStore().length).toBe(before + 1)
    expect([...recording.succeeded]).toContain('createPresignedUploadUrl')
    expect(Buffer.compare(await client.artifacts.download(info.runId, 'dir/a.bin'), content)).toBe(0)
  })

  it('were all reached as the OpenAPI document says', () => {
    expect(recording.deviations).toEqual([])
  })
})
