// Backends on loopback that each do one thing wrong, until stdin ends. Prints their addresses by fault as one line of JSON.
import { createServer } from 'node:http'
import { constants, setPriority } from 'node:os'
import { NAMED_FAULTS, startFaultProxy } from '@epochwatt/testing'

// They stand for other machines: what they use of this one is not the training's.
setPriority(constants.priority.PRIORITY_LOW)

// What takes everything behind those that spoil only the answer.
const taking = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
})
await new Promise(resolve => taking.listen(0, '127.0.0.1', resolve))
const target = `http://127.0.0.1:${taking.address().port}`

const urls = {}
for (const [name, fault] of Object.entries(NAMED_FAULTS)) {
  const proxy = await startFaultProxy(target)
  proxy.plan = () => fault
  urls[name] = proxy.url
}
// Nobody listens there; and somebody who does not speak TLS.
urls.down = 'http://127.0.0.1:1'
urls['TLS failure'] = target.replace('http:', 'https:')
console.log(JSON.stringify(urls))
process.stdin.on('end', () => process.exit()).resume()
