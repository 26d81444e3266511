// Backends on loopback that each do one thing wrong, until stdin ends. Prints their URLs as one line of JSON.
import { startFaultProxy } from '@epochwatt/testing'

const FAULTS = [
  { kind: 'hang' },
  { kind: 'drop' },
  { kind: 'status', status: 429, retryAfterSeconds: 1 },
  { kind: 'status', status: 500 },
  { kind: 'garbage' },
  { kind: 'redirect' },
  { kind: 'delay', ms: 3000 },
  { kind: 'huge', bytes: 100e6 },
]

const proxies = []
for (const fault of FAULTS) {
  const proxy = await startFaultProxy('http://127.0.0.1:1')
  proxy.plan = () => fault
  proxies.push(proxy)
}
const urls = proxies.map(({ url }) => url)
// Nobody listens there; and somebody who does not speak TLS.
console.log(JSON.stringify([...urls, 'http://127.0.0.1:1', urls[0].replace('http:', 'https:')]))
process.stdin.on('end', () => process.exit()).resume()
