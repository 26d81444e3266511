import { platform } from '#platform'
import { WandbError } from '../errors.js'
import { COMPLETE_MULTIPART } from '../graphql/operations.js'
import type { Content } from '../http/content.js'
import type { WandbClient } from '../http/wandb-client.js'

/** From here on a file goes in parts, as W&B's own client sends it. */
export const MULTIPART_BYTES = 2 * 2 ** 30
const PART_BYTES = 100 * 2 ** 20
const MAX_PARTS = 1000

/** What the server says about where a file goes. */
export interface UploadTarget {
  /** Null if the server has a file of this content. */
  readonly uploadUrl: string | null
  /** The version in which this content first came. */
  readonly artifact: { readonly id: string } | null
  readonly storagePath: string | null
  readonly uploadHeaders: string[] | null
  readonly uploadMultipartUrls: {
    readonly uploadID: string
    readonly uploadUrlParts: readonly { readonly partNumber: number; readonly uploadUrl: string }[]
  } | null
}

/** Size of the parts: 100 MiB, more where that would make too many. Below the usual threshold (tests) in proportion. */
const partBytesOf = (size: number, threshold: number): number =>
  Math.ceil(Math.max(Math.min(PART_BYTES, threshold / 2), size / MAX_PARTS) / 4096) * 4096

export interface FileParts {
  readonly partBytes: number
  readonly parts: readonly { readonly partNumber: number; readonly hexMD5: string }[]
}

/** The parts of a file, by number and hex MD5, as the server wants to know them before. */
export const partsOfFile = async (content: Content, threshold: number): Promise<FileParts> => {
  const partBytes = partBytesOf(await platform.sizeOf(content), threshold)
  const digests = await platform.partDigests(content, partBytes)
  return { partBytes, parts: digests.map((hexMD5, index) => ({ partNumber: index + 1, hexMD5 })) }
}

const base64OfHex = (hex: string): string =>
  btoa(hex.replace(/../g, pair => String.fromCharCode(Number.parseInt(pair, 16))))

/** Sends the parts of a file and has the server put them together. */
export const uploadParts = async (
  name: string,
  content: Content,
  { partBytes, parts }: FileParts,
  target: UploadTarget,
  client: WandbClient,
  signal: AbortSignal,
): Promise<void> => {
  const { uploadID, uploadUrlParts } = target.uploadMultipartUrls!
  const size = await platform.sizeOf(content)
  const type = target.uploadHeaders?.find(line => /^content-type:/i.test(line))
  const completed: { partNumber: number; hexMD5: string }[] = []
  for (const { partNumber, uploadUrl } of uploadUrlParts) {
    const part = parts[partNumber - 1]
    if (!part)
      throw new WandbError(
        'COMMUNICATION',
        `${name}: the server asks for part ${partNumber} of ${parts.length}.`,
      )
    const headers = [`Content-MD5:${base64OfHex(part.hexMD5)}`, ...(type ? [type] : [])]
    const start = (partNumber - 1) * partBytes
    const end = Math.min(size, start + partBytes)
    const answer = await client.upload(
      uploadUrl,
      headers,
      { name: `${name}, part ${partNumber}`, content, start, end },
      signal,
    )
    const etag = answer.get('etag')
    if (!etag) throw new WandbError('COMMUNICATION', `${name}: part ${partNumber} came back without an ETag.`)
    completed.push({ partNumber, hexMD5: etag })
  }
  await client.query(
    COMPLETE_MULTIPART,
    {
      completeMultipartAction: 'Complete',
      completedParts: completed,
      artifactID: target.artifact?.id ?? '',
      storagePath: target.storagePath ?? '',
      uploadID,
    },
    signal,
  )
}
