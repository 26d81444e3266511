import { diagnose, type TrackingOptions } from '@epochwatt/core'
import { renderTerminalDiagnosis } from '@epochwatt/report'
import type { Call, Command } from '../command.js'
import { json } from '../json.js'
import { numberOption } from '../number-option.js'
import { DIR_OPTION, JSON_OPTION } from '../store-option.js'
import { checkWorker } from '../worker-check.js'

const trackingOptions = (call: Call): TrackingOptions => {
  const options: TrackingOptions = {
    dir: call.text('dir'),
    country: call.text('country'),
    region: call.text('region'),
    cloud: call.text('cloud'),
    gridIntensity: numberOption(call, 'grid-intensity', 'doctor'),
    pue: numberOption(call, 'pue', 'doctor'),
    cpuTdpWatts: numberOption(call, 'cpu-tdp-watts', 'doctor'),
    psys: call.flag('psys') || undefined,
    cloudMetadata: call.flag('cloud-metadata') || undefined,
    locateByIp: call.flag('locate-by-ip') || undefined,
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

export const doctor: Command = {
  name: 'doctor',
  summary: 'Show which sensors exist here, which are locked and how to unlock them.',
  arguments: '',
  takes: [0, 0],
  details: [
    'Watches the counters for a few seconds to tell working ones from those that stand still, and asks the meters that',
    'EPOCHWATT_METERS or the config file name. Takes the options of a run, to see what they would change. Exit code 1 if',
    'a run could not be recorded here.',
  ],
  options: {
    country: { type: 'string', value: 'CODE', description: 'Country of the machine, e.g. FR.' },
    region: { type: 'string', value: 'CODE', description: 'Region inside the country, e.g. US-CA.' },
    cloud: { type: 'string', value: 'P:R', description: 'Cloud provider and region, e.g. aws:eu-north-1.' },
    'grid-intensity': {
      type: 'string',
      value: 'G',
      description: 'Carbon intensity of the electricity, gCO2e/kWh.',
    },
    intensity: {
      type: 'string',
      value: 'G',
      sameAs: 'grid-intensity',
      description: 'Same as --grid-intensity.',
    },
    pue: { type: 'string', value: 'RATIO', description: 'Power usage effectiveness of the building.' },
    'cpu-tdp-watts': { type: 'string', value: 'W', description: 'Thermal design power of one CPU package.' },
    'cloud-metadata': {
      type: 'boolean',
      description: 'Ask the metadata service of a rented machine for region and type.',
    },
    'locate-by-ip': {
      type: 'boolean',
      description: 'Ask a service on the internet for the country (docs/grid.md).',
    },
    psys: { type: 'boolean', description: 'Use the platform (psys) counter where there is one.' },
    dir: DIR_OPTION,
    json: JSON_OPTION,
  },
  run: async (call, console) => {
    const options = trackingOptions(call)
    if (console.width !== undefined) console.err('Watching the counters for a few seconds …\n\n')
    const [diagnosis, worker] = await Promise.all([diagnose(options), checkWorker()])
    if (call.flag('json')) console.out(json({ ...diagnosis, worker }))
    else {
      console.out(renderTerminalDiagnosis(diagnosis, { color: console.color, width: console.width }))
      if (!worker.ok) {
        console.out(`!  The background thread of the sampler cannot start: ${worker.reason}\n`)
      }
    }
    const usable = diagnosis.sensors.some(sensor => sensor.state === 'used')
    return usable && worker.ok && diagnosis.store.writable ? 0 : 1
  },
}
