import type { Fetch } from '../src/http/transport.js'
import { loadOpenapiDocument, type OpenapiDocument } from './openapi-document.js'

export interface RecordingFetch {
  readonly fetch: Fetch
  readonly document: OpenapiDocument
  /** Where the server or the client did something that the OpenAPI document does not say. */
  readonly deviations: readonly string[]
  /** The operations that were answered with success. */
  readonly succeeded: ReadonlySet<string>
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A fetch that holds everything that goes to and comes from the server against the OpenAPI document. */
export const recordingFetch = (
  // Looked up at each call: a fake may be put in its place later.
  target: Fetch = (url, init) => fetch(url, init),
): RecordingFetch => {
  const document = loadOpenapiDocument()
  const deviations: string[] = []
  const succeeded = new Set<string>()
  return {
    document,
    deviations,
    succeeded,
    fetch: async (url, init) => {
      const response = await target(url, init)
      const method = init.method ?? 'GET'
      const operation = document.find(method, decodeURIComponent(new URL(url).pathname))
      const note = (what: string, problem: unknown): void => {
        deviations.push(`${method} ${new URL(url).pathname}: ${what}: ${JSON.stringify(problem)}`)
      }
      if (!operation) {
        note('not in the document', response.status)
        return response
      }
      if (operation.checkRequest && !operation.checkRequest(parsed(String(init.body)))) {
        note('request', operation.checkRequest.errors)
      }
      if (response.ok) succeeded.add(operation.id)
      const check = response.ok ? operation.checkResponse : document.checkError
      const text = check ? await response.clone().text() : ''
      // An empty reply stands for an empty object; bare NaN is a known quirk, and HTML has no schema.
      const body = parsed(text.replace(/("value":\s*)NaN/g, '$1"NaN"'))
      if (check && body !== undefined && !check(body)) note(response.ok ? 'response' : 'error', check.errors)
      return response
    },
  }
}
