import { isLoopback } from '@epochwatt/core'
import type { Call, Command } from '../command.js'
import { json } from '../json.js'
import { numberOption } from '../number-option.js'
import { startServer } from '../serve/start-server.js'
import { DIR_OPTION, storeOf } from '../store-option.js'
import { UsageError } from '../usage-error.js'

const NAME = 'serve'
const USUAL_PORT = 4870

const portOf = (call: Call): number => {
  const port = numberOption(call, 'port', NAME) ?? USUAL_PORT
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new UsageError(`Option "--port" is "${port}"; accepted: 0 to 65535, where 0 takes a free one.`, NAME)
}

/** Until somebody ends the program. */
const untilEnded = (): Promise<void> =>
  new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })

export const serve: Command = {
  name: NAME,
  summary: 'Show the store in the browser: runs that go on, reports, comparisons.',
  arguments: '',
  takes: [0, 0],
  details: [
    'Prints its address and serves until it is ended (Ctrl+C). Only this machine can see it; with --host elsewhere the',
    'address holds a token (EPOCHWATT_SERVE_TOKEN sets it), and what is sent can be read on the way: use a tunnel or a',
    'proxy with TLS. /metrics is for Prometheus.',
  ],
  options: {
    port: { type: 'string', value: 'N', description: `Default: ${USUAL_PORT}; 0 takes a free one.` },
    host: { type: 'string', value: 'HOST', description: 'Address to listen at (default: 127.0.0.1).' },
    dir: DIR_OPTION,
    json: { type: 'boolean', description: 'Write the address as one JSON document to stdout.' },
  },
  run: async (call, console) => {
    const host = call.text('host') ?? '127.0.0.1'
    const port = portOf(call)
    const store = storeOf(call)
    const server = await startServer({ store, host, port })
    console.out(call.flag('json') ? json({ url: server.url, store: store.dir }) : `${server.url}\n`)
    if (!isLoopback(host))
      console.err(
        'epochwatt: other machines can reach this, and HTTP is not encrypted: the token can be read on the way.\n',
      )
    await untilEnded()
    await server.close()
    return 0
  },
}
