import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSchema, graphql, parse, validate } from 'graphql'
import { parseExtended } from '../json/extended-json.js'
import { createArtifactResolvers } from './artifact-resolvers.js'
import { createRunResolvers } from './run-resolvers.js'
import { SCHEMA } from './schema.js'
import { rowKey, type StubArtifact, type StubRun, type StubState } from './state.js'

/** What a request is about, for faults and for tests that look at the traffic. */
export interface StubRequest {
  /** Name of the GraphQL operation, `file_stream`, `upload`, `download` or `other`. */
  readonly kind: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly atMs: number
}

/** What happens instead of an answer, once. */
export type Fault =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** The connection breaks; `after` the request was carried out if so said. */
  | { readonly drop: 'before' | 'after' }
  /** No answer ever. */
  | { readonly hang: true }
  /** The answer comes late. */
  | { readonly delayMs: number }

export interface StubBackend {
  readonly url: string
  /** Where clients are told to put files; of a proxy, if there is one before the stub. */
  publicUrl: string
  readonly entity: string
  readonly state: StubState
  readonly requests: StubRequest[]
  /** Documents that broke the schema, and lines that broke the numbering. A test expects none. */
  readonly problems: string[]
  /** Answers to file_stream, besides `{}`. */
  streamAnswer: { body: string; headers: Record<string, string> }
  readonly refusedFiles: Set<string>
  /** Called for requests that are none of W&B's, so that a program under test can say where it is. */
  onOther: (path: string) => void
  /** Queues faults for requests of a kind. */
  fail(kind: string, ...faults: Fault[]): void
  /** Drops the faults of a kind that have not happened yet. */
  mend(kind: string): void
  run(name: string, project?: string): StubRun
  /** Rows of a run's history, parsed. */
  rows(name: string, project?: string): Record<string, unknown>[]
  artifact(collection: string): StubArtifact
  close(): Promise<void>
}

/** What lets pages of other origins in. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*, authorization',
  'access-control-allow-methods': 'GET, POST, PUT',
  'access-control-expose-headers': '*',
}

/** The key that the stub accepts. */
export const STUB_API_KEY = 'stubkey0'.repeat(5)

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

/**
 * A server that speaks W&B's protocol of runs on a loopback port, keeps all it is told in memory, and can fail on
 * request. For tests.
 */
export const startStubBackend = async ({ entity = 'stub', cors = false } = {}): Promise<StubBackend> => {
  const schema = buildSchema(SCHEMA)
  const state: StubState = { runs: new Map(), artifacts: [], blobs: new Map() }
  const faults = new Map<string, Fault[]>()
  const refusedFiles = new Set<string>()
  const requests: StubRequest[] = []
  const problems: string[] = []
  const entityOf = (name: unknown): string => {
    if (name && name !== entity) throw new Error(`entity ${String(name)} not found`)
    return entity
  }
  const options = { state, entity, entityOf, baseUrl: () => stub.publicUrl, refusedFiles }
  const rootValue = { ...createRunResolvers(options), ...createArtifactResolvers(options) }

  const answerGraphql = async (body: string): Promise<{ status: number; body: string }> => {
    const { query, variables, operationName } = JSON.parse(body) as {
      query: string
      variables?: Record<string, unknown>
      operationName?: string
    }
    const errors = validate(schema, parse(query))
    if (errors.length > 0) {
      problems.push(...errors.map(error => `${operationName ?? query.slice(0, 60)}: ${error.message}`))
      return { status: 400, body: JSON.stringify({ errors: errors.map(({ message }) => ({ message })) }) }
    }
    const result = await graphql({
      schema,
      source: query,
      rootValue,
      variableValues: variables,
      ...(operationName ? { operationName } : {}),
    })
    if (result.errors)
      problems.push(...result.errors.map(error => `${operationName ?? ''}: ${error.message}`))
    return { status: 200, body: JSON.stringify(result) }
  }

  const takeLines = (
    into: string[],
    name: string,
    { offset, content }: { offset: number; content: string[] },
  ) => {
    if (offset > into.length) problems.push(`${name}: offset ${offset} after ${into.length} lines`)
    for (const [index, line] of content.entries()) {
      const known = into[offset + index]
      // A line sent again must be the same line.
      if (known !== undefined && known !== line && name !== 'output.log')
        problems.push(`${name}: line ${offset + index} changed`)
      into[offset + index] = line
    }
  }

  const answerStream = (path: string, body: string): { status: number; body: string } => {
    const [, , owner, project, name] = path.split('/').map(decodeURIComponent)
    const run = state.runs.get(rowKey(owner!, project!, name!))
    if (!run) return { status: 404, body: '{"error":"run not found"}' }
    const {
      files = {},
      uploaded = [],
      complete,
      exitcode,
    } = JSON.parse(body) as {
      files?: Record<string, { offset: number; content: string[] }>
      uploaded?: string[]
      complete?: boolean
      exitcode?: number
    }
    if (body === '{}') run.heartbeats++
    const lines: Record<string, string[]> = {
      'wandb-history.jsonl': run.history,
      'wandb-events.jsonl': run.events,
      'output.log': run.output,
    }
    for (const [file, chunk] of Object.entries(files)) {
      if (file === 'wandb-summary.json') run.summary = chunk.content.at(-1) ?? ''
      else if (lines[file]) takeLines(lines[file], file, chunk)
      else problems.push(`file_stream: unknown file ${file}`)
    }
    for (const file of uploaded) run.uploaded.add(file)
    if (complete) run.exitCode = exitcode
    return { status: 200, body: stub.streamAnswer.body }
  }

  const answerStorage = (request: IncomingMessage, path: string, bytes: Buffer) => {
    const key = path.slice('/storage/'.length)
    if (request.method === 'GET') {
      const found = state.blobs.get(key)
      return found ? { status: 200, body: found } : { status: 404, body: 'no such file' }
    }
    const [kind, run, name] = key.split('/')
    if (kind === 'run') state.runs.get(decodeURIComponent(run!))?.files.set(decodeURIComponent(name!), bytes)
    else state.blobs.set(key, bytes)
    return { status: 200, body: '', headers: { etag: `"${createHash('md5').update(bytes).digest('hex')}"` } }
  }

  const kindOf = (request: IncomingMessage, path: string, body: string): string => {
    if (path === '/graphql')
      return (JSON.parse(body) as { operationName?: string }).operationName || operationIn(body)
    if (path.endsWith('/file_stream')) return 'file_stream'
    if (path.startsWith('/storage/')) return request.method === 'GET' ? 'download' : 'upload'
    return 'other'
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bytes = await readBody(request)
    const path = request.url ?? ''
    const isFile = path.startsWith('/storage/')
    const body = isFile ? '' : bytes.toString('utf8')
    const kind = kindOf(request, path, body)
    requests.push({ kind, path, headers: request.headers, body, atMs: performance.now() })
    if (kind === 'other') stub.onOther(path)
    const fault = faults.get(kind)?.shift()
    if (fault && 'hang' in fault) return
    if (fault && 'drop' in fault && fault.drop === 'before') return void request.socket.destroy()
    if (fault && 'delayMs' in fault) await new Promise(resolve => setTimeout(resolve, fault.delayMs))
    if (fault && 'status' in fault)
      return void response.writeHead(fault.status, fault.headers).end(fault.body ?? '')
    const expected = `Basic ${Buffer.from(`api:${STUB_API_KEY}`).toString('base64')}`
    if (!isFile && kind !== 'other' && request.headers.authorization !== expected) {
      return void response.writeHead(401).end('{"errors":[{"message":"invalid api key"}]}')
    }
    const answer: { status: number; body: string | Buffer; headers?: Record<string, string> } =
      path === '/graphql'
        ? await answerGraphql(body)
        : kind === 'file_stream'
          ? { ...answerStream(path, body), headers: stub.streamAnswer.headers }
          : isFile
            ? answerStorage(request, path, bytes)
            : { status: 404, body: '' }
    if (fault && 'drop' in fault) return void request.socket.destroy()
    response
      .writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
      .end(answer.body)
  }

  const server = createServer((request, response) => {
    if (cors) for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value)
    if (cors && request.method === 'OPTIONS') return void response.writeHead(204).end()
    handle(request, response).catch((error: unknown) => {
      problems.push(String(error))
      response.writeHead(500).end(String(error))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const find = (name: string, project: string): StubRun => {
    const run = state.runs.get(rowKey(entity, project, name))
    if (!run)
      throw new Error(`the stub has no run ${name} in ${project}: ${[...state.runs.keys()].join(', ')}`)
    return run
  }
  const stub: StubBackend = {
    url,
    publicUrl: url,
    entity,
    state,
    requests,
    problems,
    refusedFiles,
    streamAnswer: { body: '{}', headers: {} },
    onOther: () => {},
    fail: (kind, ...more) => void faults.set(kind, [...(faults.get(kind) ?? []), ...more]),
    mend: kind => void faults.delete(kind),
    run: (name, project = 'p') => find(name, project),
    rows: (name, project = 'p') =>
      find(name, project).history.map(line => parseExtended(line) as Record<string, unknown>),
    artifact: collection => {
      const found = state.artifacts.findLast(artifact => artifact.collection === collection)
      if (!found) throw new Error(`the stub has no artifact ${collection}`)
      return found
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return stub
}

const operationIn = (body: string): string =>
  /(?:query|mutation)\s+(\w+)/.exec((JSON.parse(body) as { query: string }).query)?.[1] ?? 'graphql'
