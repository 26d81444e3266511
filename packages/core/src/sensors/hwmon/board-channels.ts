import { join } from 'node:path'
import { readNumber, readText } from '../read-text.js'
import type { Component, SensorDomain } from '../sensor.js'
import { type Channel, type ChannelFiles, channelId, plusMinus } from './channel.js'
import type { Chip } from './chips.js'

/** Shunts of one per cent behind an amplifier; our choice of a round figure. */
const SHUNT_BAND = plusMinus(0.05)
/** Meters of a platform's firmware say neither how nor how well they measure. */
const FIRMWARE_BAND = plusMinus(0.1)
/** AMD's counters are a model in firmware. */
const AMD_BAND = plusMinus(0.15)

interface RailMeaning {
  readonly domain: SensorDomain
  readonly component: Component
  readonly covers: readonly Component[]
}

const WHOLE: RailMeaning = {
  domain: 'platform',
  component: 'other',
  covers: ['cpu', 'gpu', 'memory', 'other'],
}

/** Names of Jetson's rails, most telling first. VDD_IN and its like feed all others. */
const RAILS: readonly (readonly [RegExp, RailMeaning])[] = [
  [/^(?:VDD_IN|VIN|POM_5V_IN|VDD_5V_IN|system)$/i, WHOLE],
  [/GPU/i, { domain: 'gpu', component: 'gpu', covers: ['gpu'] }],
  [/CPU/i, { domain: 'package', component: 'cpu', covers: ['cpu'] }],
  [/DDR|VDDQ|VDDRQ/i, { domain: 'dram', component: 'memory', covers: ['memory'] }],
  [/^VIN_SYS_5V0$/i, { domain: 'soc', component: 'other', covers: ['other', 'memory'] }],
  [/SOC|CV|SYS|5V/i, { domain: 'uncore', component: 'other', covers: ['other'] }],
]

/** The 5 V rail of AGX boards feeds the memory's. */
const FEEDS: readonly (readonly [RegExp, RegExp])[] = [[/^VIN_SYS_5V0$/i, /^VDDQ_VDD2/i]]

const meaningOf = (label: string): RailMeaning | undefined => RAILS.find(([name]) => name.test(label))?.[1]

interface Rail {
  readonly chip: Chip
  readonly label: string
  readonly files: ChannelFiles
  /** Watts for one unit of what is read. */
  readonly scale: number
}

/** ina3221: bus voltages in mV and currents in mA by rail; voltages 4 to 7 are those over the shunts. */
const shuntRails = (chip: Chip): Rail[] =>
  [1, 2, 3].flatMap((number): Rail[] => {
    const label = readText(join(chip.directory, `in${number}_label`))
    const files = { millivolts: `in${number}_input`, milliamperes: `curr${number}_input` }
    if (!label || !chip.files.has(files.milliamperes)) return []
    return [{ chip, label, files, scale: 1e-6 }]
  })

/** ina3221x of older kernels: power in mW by rail. */
const legacyRails = (chip: Chip): Rail[] =>
  [0, 1, 2].flatMap((number): Rail[] => {
    const label = readText(join(chip.directory, `rail_name_${number}`))
    const file = `in_power${number}_input`
    return label && chip.files.has(file) ? [{ chip, label, files: { file }, scale: 1e-3 }] : []
  })

/** Monitors of one rail that multiply by themselves: power in µW, the rail's name from the device tree. */
const singleRails = (chip: Chip): Rail[] => {
  const label = readText(join(chip.directory, 'label')) ?? readText(join(chip.device, 'of_node/label'))
  return label && chip.files.has('power1_input')
    ? [{ chip, label: label.replaceAll('\0', ''), files: { file: 'power1_input' }, scale: 1e-6 }]
    : []
}

const RAIL_READERS: Readonly<Record<string, (chip: Chip) => Rail[]>> = {
  ina3221: shuntRails,
  ina3221x: legacyRails,
  ina226: singleRails,
  ina237: singleRails,
  ina238: singleRails,
}

const railsOf = (chip: Chip): Rail[] =>
  (Object.hasOwn(RAIL_READERS, chip.name) && RAIL_READERS[chip.name]?.(chip)) || []

/** Rails of a Jetson. One that is not named, or named as nobody knows it, may be anything and is left out. */
export const railChannels = (chip: Chip, chips: readonly Chip[]): Channel[] => {
  const all = chips.flatMap(railsOf).filter(({ label }) => meaningOf(label))
  const idOf = (rail: Rail): string => channelId(rail.chip, rail.label)
  return railsOf(chip).flatMap((rail): Channel[] => {
    const meaning = meaningOf(rail.label)
    if (!meaning) return []
    const feeds = FEEDS.filter(([outer]) => outer.test(rail.label)).map(([, inner]) => inner)
    const inside = all.filter(other =>
      meaning === WHOLE ? meaningOf(other.label) !== WHOLE : feeds.some(inner => inner.test(other.label)),
    )
    return [
      {
        ...meaning,
        chip,
        id: idOf(rail),
        device: `rail-${rail.label}`,
        contains: inside.map(idOf),
        kind: 'power_gauge',
        band: SHUNT_BAND,
        scale: rail.scale,
        updatePeriodMs: 10,
        files: rail.files,
        what: `power of the rail ${rail.label}${meaning === WHOLE ? ', which feeds the whole module' : ''}`,
      },
    ]
  })
}

/** What NVIDIA's Grace firmware calls its meters, outer ones first. */
const GRACE = [
  { label: 'Module', domain: 'soc', component: 'cpu', covers: ['cpu', 'gpu', 'memory'] },
  { label: 'Grace', domain: 'package', component: 'cpu', covers: ['cpu', 'memory'] },
  { label: 'CPU', domain: 'core', component: 'cpu', covers: ['cpu'] },
  { label: 'SysIO', domain: 'uncore', component: 'cpu', covers: ['cpu'] },
] as const satisfies readonly (RailMeaning & { label: string })[]

const graceLabel = ({ directory }: Chip): { readonly rank: number; readonly socket: string } | undefined => {
  const [, label, socket] =
    /^(Module|Grace|CPU|SysIO) Power Socket (\d+)$/.exec(
      readText(join(directory, 'power1_oem_info')) ?? '',
    ) ?? []
  return socket === undefined ? undefined : { rank: GRACE.findIndex(each => each.label === label), socket }
}

/** An ACPI power meter: one of Grace's, else whatever the firmware of a server calls its power, on request. */
export const acpiChannels = (chip: Chip, chips: readonly Chip[]): Channel[] => {
  if (!chip.files.has('power1_average')) return []
  const grace = graceLabel(chip)
  const idOf = (of: Chip): string => channelId(of, 'power1')
  const common = {
    chip,
    id: idOf(chip),
    kind: 'power_gauge',
    band: FIRMWARE_BAND,
    scale: 1e-6,
    updatePeriodMs: readNumber(join(chip.directory, 'power1_average_interval')) ?? 1000,
    files: { file: 'power1_average' },
  } as const
  if (!grace) {
    return [
      {
        ...common,
        ...WHOLE,
        device: 'machine',
        contains: [],
        optIn: 'psys',
        what: 'power of the machine as its firmware (ACPI) defines it',
      },
    ]
  }
  const { label: _, ...meaning } = GRACE[grace.rank]!
  const inside = chips.filter(other => {
    const label = other.name === chip.name ? graceLabel(other) : undefined
    return label?.socket === grace.socket && label.rank > grace.rank && grace.rank < 2
  })
  return [
    {
      ...common,
      ...meaning,
      device: `socket-${grace.socket}`,
      contains: inside.map(idOf),
      what: `power of ${GRACE[grace.rank]!.label} of socket ${grace.socket}, from its firmware (ACPI)`,
    },
  ]
}

/** Energy by socket as the amd_energy driver shows it; its cores are inside. */
export const amdEnergyChannels = (chip: Chip): Channel[] =>
  [...chip.files].flatMap((file): Channel[] => {
    const number = /^energy(\d+)_label$/.exec(file)?.[1]
    const socket = number && /^Esocket(\d+)$/.exec(readText(join(chip.directory, file)) ?? '')?.[1]
    if (!socket) return []
    return [
      {
        chip,
        id: channelId(chip, `socket-${socket}`),
        domain: 'package',
        device: `socket-${socket}`,
        component: 'cpu',
        covers: ['cpu'],
        contains: [],
        kind: 'energy_counter',
        band: AMD_BAND,
        scale: 1e-6,
        updatePeriodMs: 1,
        files: { file: `energy${number}_input` },
        what: `energy of the processor in socket ${socket}`,
      },
    ]
  })
