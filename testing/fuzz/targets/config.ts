import { resolveOptions } from '../../../packages/core/src/options/resolve-options.js'
import type { FuzzTarget } from '../fuzz-target.js'
import { scratchFolder } from '../scratch-folder.js'

const scratch = scratchFolder()

const CONFIG = JSON.stringify({
  project: 'vision',
  country: 'FR',
  gridIntensity: {
    gramsPerKwh: 50,
    low: 40,
    high: 60,
    zone: 'FR',
    source: 's',
    basis: 'lifecycle',
    kind: 'average',
    tier: 'measured',
    fallback: false,
    method: 'm',
  },
  pue: 1.2,
  samplingIntervalMs: 500,
  tags: { team: 'a' },
  params: { lr: 0.1, deep: true },
  policy: { requiredTags: ['team'], perRun: { kWh: 3 }, perProjectMonth: { hours: 9 }, action: 'stop' },
})

export const configTargets: readonly FuzzTarget[] = [
  {
    name: 'epochwatt.config.json',
    seeds: [CONFIG],
    errors: ['CONFIG_', 'OPTION_'],
    run: input => {
      scratch.write('epochwatt.config.json', input)
      resolveOptions({}, {}, scratch.folder)
    },
  },
  {
    name: 'environment',
    seeds: [
      'PUE=1.2',
      'TAGS=team=a,user=b',
      'GRID_INTENSITY=50',
      'SAMPLING_INTERVAL_MS=500',
      'OFFLINE=yes',
      'SCOPE=machine',
    ],
    errors: ['OPTION_'],
    run: input => {
      const [name, value] = input.toString().split(/=(.*)/s)
      resolveOptions({}, { [`EPOCHWATT_${name}`]: value }, '/nonexistent')
    },
  },
]
