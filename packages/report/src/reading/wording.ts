import type { Component, RunStatus, Scope, SensorRecord, StaticPolicy, Tier } from '@epochwatt/core'

/** How full the mark is says how much of the figure an instrument saw. Charts fill their bars alike. */
export const TIER_MARK: Record<Tier, string> = { measured: '●', modelled: '◐', assumed: '○' }

export const TIER_MEANING: Record<Tier, string> = {
  measured: 'read from an instrument',
  modelled: 'computed by a published model from what was observed',
  assumed: 'a typical value, since nothing about it could be observed',
}

export const STATUS_TEXT: Record<RunStatus, string> = {
  running: 'running',
  finished: 'finished',
  failed: 'failed',
  killed: 'killed',
  recovered: 'recovered after its process died',
}

export const SCOPE_TEXT: Record<Scope, string> = {
  process: 'this process and its children',
  machine: 'the whole machine',
}

export const STATIC_POLICY_TEXT: Record<StaticPolicy, string> = {
  none: 'idle power is left out',
  proportional: 'idle power is shared by busy CPU time',
  capacity: 'idle power is shared by the part of the machine in use',
  equal: 'idle power is shared equally by all processes at work',
  reserved: 'idle power is booked by the share of the machine reserved for this run',
  full: 'all idle power is booked to this run',
}

export const COMPONENT_NAME: Record<Component, string> = {
  cpu: 'Processor',
  memory: 'Memory',
  gpu: 'GPU',
  other: 'Other',
}

export const SENSOR_STATE_TEXT: Record<SensorRecord['state'], string> = {
  used: 'used',
  superseded: 'inside another',
  'not-asked-for': 'not asked for',
  frozen: 'does not advance',
  mirrored: 'copy of another',
  implausible: 'not plausible',
  absent: 'absent',
  locked: 'locked',
  broken: 'broken',
}

export const SENSOR_KIND_TEXT: Record<SensorRecord['kind'], string> = {
  energy_counter: 'energy counter',
  power_gauge: 'power gauge',
  model: 'model',
}

const HOW_TEXT: Readonly<Record<string, string>> = {
  option: 'given by an option',
  environment: 'given by the environment',
  config: 'given by the configuration file',
  'cloud-metadata': 'by the metadata service of its cloud',
  'ip-address': 'guessed by its IP address',
  'time-zone': "guessed by the system's time zone",
  'cloud-region': 'published for the cloud region',
  provider: "the cloud provider's fleet average",
  local: 'not in a data centre',
  'unknown-data-centre': 'survey average, since the data centre is unknown',
  unknown: 'nobody said where the machine is',
}

/** Where a setting came from, in words. */
export const howText = (how: string): string => (Object.hasOwn(HOW_TEXT, how) && HOW_TEXT[how]) || how

/**
 * A reason or message of the record as a sentence of its own: capital at the start, unless it starts with a name
 * such as `powercap/dram`, and a full stop at the end.
 */
export const sentence = (text: string): string => {
  const trimmed = text.trim()
  const begun = /^[a-z]+[\s,;:]/.test(trimmed) ? trimmed[0]!.toUpperCase() + trimmed.slice(1) : trimmed
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`
}
