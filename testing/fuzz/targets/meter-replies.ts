// Replies of meters, of drivers and of other ranks: parsed in threads of their own, where an exception would end them.

import { parseCard } from '../../../packages/core/src/ranks/rank-card.js'
import { readReport } from '../../../packages/core/src/sensors/apple/powermetrics-report.js'
import { emiChannels, emiEnergy } from '../../../packages/core/src/sensors/emi/emi-metadata.js'
import { digestAuthorisation } from '../../../packages/core/src/sensors/meters/digest-auth.js'
import { numberAt, parseJsonPath } from '../../../packages/core/src/sensors/meters/json-path.js'
import { selectSamples } from '../../../packages/core/src/sensors/meters/prometheus-text.js'
import type { FuzzTarget } from '../fuzz-target.js'

const must = (condition: boolean, rule: string): void => {
  if (!condition) throw new Error(rule)
}

const wide = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le')
const NAME = wide('RAPL_Package0_PKG')
const METADATA = Buffer.concat([
  Buffer.alloc(64),
  Buffer.from([1, 0, 1, 0, 0, 0, 0, 0, NAME.length, 0]),
  NAME,
])

export const meterReplyTargets: readonly FuzzTarget[] = [
  {
    name: 'a page of metrics',
    seeds: [
      'kepler_node_cpu_joules_total{node_name="n",path="/a\\"b",zone="package"} 1.5e3 1690000000000\n# TYPE x counter\n',
      'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu="0",UUID="GPU-a"} 12\nDCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION +Inf\n',
    ],
    errors: [],
    run(input) {
      const page = input.toString()
      for (const metric of ['kepler_node_cpu_joules_total', 'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION']) {
        const { sum, count } = selectSamples(page, {
          metric,
          labels: { zone: /^(?:package)$/ },
          oncePer: 'UUID',
        })
        must(typeof sum === 'number' && count >= 0, 'a sum is a number')
      }
    },
  },
  {
    name: 'a path in a JSON document',
    seeds: ['meters[0].power', '$.a["b.c"][12].d', 'StatusSNS.ENERGY.Power'],
    errors: [],
    run(input) {
      const keys = parseJsonPath(input.toString())
      if (!keys) return
      must(
        keys.every(key => key.length > 0),
        'a path has no empty key',
      )
      must(typeof numberAt({ meters: [{ power: 1 }] }, keys) === 'number', 'what is there is a number or NaN')
    },
  },
  {
    name: 'a Digest challenge',
    seeds: [
      'Digest qop="auth", realm="shelly", nonce="60dc59c6", algorithm=SHA-256',
      'Digest realm="x", nonce="y"',
    ],
    errors: [],
    run(input) {
      const header = digestAuthorisation({
        challenge: input.toString(),
        username: 'u',
        password: 'secret',
        path: '/',
      })
      must(!header?.includes('secret'), 'the password is hashed')
    },
  },
  {
    name: 'a report of powermetrics',
    seeds: [
      '<plist><dict><key>elapsed_ns</key><integer>1000000000</integer><key>cpu_energy</key><integer>3000</integer><key>gpu_power</key><real>12.5</real></dict></plist>',
    ],
    errors: [],
    run(input) {
      for (const watts of Object.values(readReport(input.toString('latin1'))))
        must(watts >= 0, 'power is not negative')
    },
  },
  {
    name: 'metadata of an energy meter of Windows',
    seeds: [METADATA],
    errors: [],
    run(input) {
      for (const version of [1, 2, input[0] ?? 0]) {
        for (const { index } of emiChannels(version, input)) {
          must(index >= 0 && index < 65_536, 'a channel has a place')
          const energy = emiEnergy(input, index)
          must(Number.isNaN(energy) || energy >= 0, 'energy is not negative')
        }
      }
    },
  },
  {
    name: 'the card of a rank',
    seeds: [
      '{"run":"a","pid":1,"scope":"process","staticPolicy":"full","joinedNs":"1","beganNs":"2","endedNs":"3","boards":["gpu-0"],"meters":{"ids":["meter/a"],"path":"/x"}}',
    ],
    errors: [],
    run(input) {
      const card = parseCard(input.toString())
      if (!card) return
      for (const time of [card.joinedNs, card.beganNs, card.endedNs ?? '0']) BigInt(time)
      must(
        card.boards.every(board => typeof board === 'string'),
        'boards are names',
      )
    },
  },
]
