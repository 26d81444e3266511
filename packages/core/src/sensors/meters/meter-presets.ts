import type { Component } from '../sensor.js'
import { parseJsonPath } from './json-path.js'
import type { MeterOption, MeterUnit } from './meter-option.js'
import type { HttpAccess, MeterQuestion } from './meter-question.js'

/** What is known of meters of a type: how to ask, in what unit, and what to make of the answer. */
export interface MeterPreset {
  readonly question?: MeterQuestion
  readonly unit: MeterUnit
  readonly covers: readonly Component[]
  readonly everyMs: number
  readonly timeoutMs: number
  /** How often the source itself has something new, milliseconds. */
  readonly refreshMs: number
  readonly maxWatts: number
  readonly accuracy: number
  /** What is read, for the record; never where. */
  readonly method: string
}

const ALL: readonly Component[] = ['cpu', 'memory', 'gpu', 'other']

/** 16 A at 230 V: the most that a plug for one socket carries. */
const PLUG_WATTS = 3680

/** Above the largest eight-board servers. */
const SERVER_WATTS = 15_000

const wall = { covers: ALL, everyMs: 1000, timeoutMs: 1000, refreshMs: 1000, maxWatts: SERVER_WATTS }

const withPath = (http: HttpAccess, path: string): HttpAccess => ({
  ...http,
  url: `${http.url.replace(/\/+$/, '')}${path}`,
})

const json = (http: HttpAccess, path: string, keys: readonly (string | number)[]): MeterQuestion => ({
  kind: 'json',
  http: withPath(http, path),
  keys: keys.map(String),
})

/** A page of metrics at its usual path, unless the address names another. */
const page = (http: HttpAccess): HttpAccess =>
  new URL(http.url).pathname === '/' ? withPath(http, '/metrics') : http

const PLUG = { ...wall, maxWatts: PLUG_WATTS, accuracy: 0.02 }

const plugMethod = (device: string, energy: boolean | undefined): string =>
  `${energy ? 'Energy counter' : 'Power'} of a ${device} at the wall: power supply, fans and whatever else is plugged in there included`

type Plug = Extract<MeterOption, { readonly energy?: boolean }>

const plugPreset = (meter: Plug, http: HttpAccess): MeterPreset => {
  const { energy, channel = 0 } = meter
  switch (meter.type) {
    case 'shelly-gen1':
      return {
        ...PLUG,
        question: json(http, `/meter/${channel}`, [energy ? 'total' : 'power']),
        unit: energy ? 'Wmin' : 'W',
        ...(energy && { refreshMs: 60_000 }),
        method: plugMethod('Shelly of the first generation', energy),
      }
    case 'shelly-gen2':
      return {
        ...PLUG,
        question: json(
          http,
          `/rpc/Switch.GetStatus?id=${channel}`,
          energy ? ['aenergy', 'total'] : ['apower'],
        ),
        unit: energy ? 'Wh' : 'W',
        ...(energy && { refreshMs: 60_000 }),
        method: plugMethod('Shelly', energy),
      }
    default: {
      const { login } = http
      const key = login
        ? `&user=${encodeURIComponent(login.username)}&password=${encodeURIComponent(login.password)}`
        : ''
      const field = energy ? 'Total' : 'Power'
      // Devices with one channel give a number, others a list.
      const keys = ['StatusSNS', 'ENERGY', field, ...(meter.channel === undefined ? [] : [channel])]
      return {
        ...PLUG,
        question: json(http, `/cm?cmnd=Status%2010${key}`, keys),
        unit: energy ? 'kWh' : 'W',
        ...(energy && { refreshMs: 60_000 }),
        method: plugMethod('Tasmota plug', energy),
      }
    }
  }
}

const exporterPreset = (type: 'kepler' | 'scaphandre' | 'dcgm-exporter', http: HttpAccess): MeterPreset => {
  const common = { timeoutMs: 2000, everyMs: 5000, refreshMs: 5000, maxWatts: SERVER_WATTS }
  const ask = (...choices: Extract<MeterQuestion, { kind: 'prometheus' }>['choices']): MeterQuestion => ({
    kind: 'prometheus',
    http: page(http),
    choices,
  })
  switch (type) {
    case 'kepler':
      return {
        ...common,
        question: ask(
          // Zones overlap: core and uncore are in the package, psys holds all of them.
          [{ metric: 'kepler_node_cpu_joules_total', patterns: { zone: '(package|dram)(-\\d+)?' } }],
          [{ metric: 'kepler_node_package_joules_total' }, { metric: 'kepler_node_dram_joules_total' }],
        ),
        unit: 'J',
        covers: ['cpu', 'memory'],
        accuracy: 0.15,
        method: 'Energy of packages and memory of the node as Kepler exports it, refreshed every 5 s',
      }
    case 'scaphandre':
      return {
        ...common,
        question: ask([{ metric: 'scaph_host_energy_microjoules' }]),
        unit: 'uJ',
        covers: ['cpu', 'memory'],
        accuracy: 0.15,
        method: 'Energy of the host as Scaphandre exports it',
      }
    default:
      return {
        ...common,
        refreshMs: 30_000,
        // Of a partitioned board every partition repeats the whole board's counter.
        question: ask([{ metric: 'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', oncePer: 'UUID' }]),
        unit: 'mJ',
        covers: ['gpu'],
        accuracy: 0.05,
        method: 'Energy counters of all GPUs of the node as the DCGM exporter gives them',
      }
  }
}

/** Everything that a type of meter implies. `http` is absent for those that are not asked over a network. */
export const meterPreset = (meter: MeterOption, http: HttpAccess | undefined): MeterPreset => {
  switch (meter.type) {
    case 'constant':
      return {
        ...wall,
        unit: 'W',
        accuracy: 0.1,
        maxWatts: meter.watts || 1,
        method: 'Constant power that the user gave',
      }
    case 'shelly-gen1':
    case 'shelly-gen2':
    case 'tasmota':
      return plugPreset(meter, http!)
    case 'home-assistant':
      return {
        ...wall,
        everyMs: 2000,
        refreshMs: 10_000,
        question: { kind: 'home-assistant', http: withPath(http!, `/api/states/${meter.entity}`) },
        unit: 'W',
        accuracy: 0.05,
        method: 'Power that a sensor of Home Assistant reports, converted to watts by its own unit',
      }
    case 'http-json':
      return {
        ...wall,
        question: { kind: 'json', http: http!, keys: parseJsonPath(meter.path) ?? [] },
        unit: meter.unit,
        accuracy: 0.05,
        method: `A meter's number in ${meter.unit}, read over HTTP`,
      }
    case 'prometheus':
      return {
        ...wall,
        everyMs: 5000,
        timeoutMs: 2000,
        refreshMs: 5000,
        question: {
          kind: 'prometheus',
          http: page(http!),
          choices: [[{ metric: meter.metric, ...(meter.labels && { labels: meter.labels }) }]],
        },
        unit: meter.unit,
        accuracy: 0.05,
        method: `Metric ${meter.metric} in ${meter.unit} of a Prometheus exporter`,
      }
    case 'kepler':
    case 'scaphandre':
    case 'dcgm-exporter':
      return exporterPreset(meter.type, http!)
    case 'ipmi':
      return {
        ...wall,
        everyMs: 10_000,
        timeoutMs: 8000,
        refreshMs: 10_000,
        question: { kind: 'ipmi', command: meter.command ?? 'ipmitool' },
        unit: 'W',
        accuracy: 0.1,
        method: "Power of the server by its board's own meter (ipmitool dcmi power reading), in whole watts",
      }
    case 'redfish':
      return {
        ...wall,
        everyMs: 10_000,
        timeoutMs: 8000,
        refreshMs: 10_000,
        question: {
          kind: 'redfish',
          http: http!,
          ...(meter.chassis !== undefined && { chassis: meter.chassis }),
        },
        unit: 'W',
        accuracy: 0.1,
        method: 'Power of the server as its management board reports it over Redfish, in whole watts',
      }
  }
}
