import type { DeferredProbe, ProbeResult, SensorSpec, UnavailableSensor } from '../sensor.js'
import type { Emi } from './emi.js'
import { type EmiMeter, openMeterDevice, systemEmi } from './emi-meter.js'
import { emiSpec, PROVIDER } from './emi-specs.js'

/** What the main thread found out beforehand. */
export interface EmiProbeSettings {
  readonly koffi: string
}

/** What the opener needs to find a channel again. */
export interface EmiSettings extends EmiProbeSettings {
  readonly path: string
  readonly channel: number
}

/** Between two looks: some hundred refreshes of the counters. */
const LOOK_MS = 150

interface Candidate {
  readonly spec: SensorSpec
  readonly energies: readonly number[]
}

const sleep = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

const steps = ({ energies }: Candidate): number[] =>
  energies.slice(1).map((energy, index) => energy - energies[index]!)

/** Dies of one socket each show its counter: the same steps, to the last digit, and not all 0. */
const isMirror = (a: Candidate, b: Candidate): boolean => {
  if (a.spec.domain !== b.spec.domain) return false
  const [mine, theirs] = [steps(a), steps(b)]
  return mine.some(step => step > 0) && mine.every((step, index) => step === theirs[index])
}

const unique = (id: string, taken: ReadonlySet<string>): string => {
  let free = id
  for (let number = 2; taken.has(free); number++) free = `${id}-${number}`
  return free
}

/**
 * Opens all metering devices of Windows and takes the channels whose meaning is known, those that repeat another left
 * out. Takes some tenths of a second.
 *
 * @param load For tests; the system's own otherwise.
 * @param pause Waits between two looks at the counters.
 */
export const discoverEmi = (
  { settings }: Pick<DeferredProbe, 'settings'>,
  load: (koffi: string) => Emi = systemEmi,
  pause: () => void = () => sleep(LOOK_MS),
): ProbeResult => {
  const { koffi } = settings as unknown as EmiProbeSettings
  const emi = load(koffi)
  const unavailable: UnavailableSensor[] = []
  // Channels of one device are read together, but anew at each look.
  let clock = 0
  const opened: { readonly meter: EmiMeter; readonly path: string }[] = []
  for (const path of emi.devicePaths()) {
    try {
      opened.push({ path, meter: openMeterDevice(emi, path, () => clock) })
    } catch (error) {
      const reason = `a metering device cannot be opened: ${(error as Error).message}`
      unavailable.push({
        id: unique(PROVIDER, new Set(unavailable.map(({ id }) => id))),
        domain: 'package',
        state: 'broken',
        reason,
      })
    }
  }
  const names = opened.flatMap(({ meter }) => meter.channels.map(({ name }) => name))
  const known = opened.flatMap(({ meter, path }) =>
    meter.channels.flatMap(channel => {
      const own: EmiSettings = { koffi, path, channel: channel.index }
      const spec = emiSpec(channel, { ...own })
      return spec ? [{ spec, meter, channel: channel.index }] : []
    }),
  )
  const looks = [0, 1, 2].map(look => {
    if (look > 0 && known.length > 0) pause()
    clock += 1000
    return known.map(({ meter, channel }) => meter.energy(channel))
  })
  for (const { meter } of opened) meter.close()

  const kept: Candidate[] = []
  const ids = new Set<string>()
  for (const [place, { spec }] of known.entries()) {
    const candidate: Candidate = {
      spec: { ...spec, id: unique(spec.id, ids) },
      energies: looks.map(look => look[place]!),
    }
    ids.add(candidate.spec.id)
    const mirrored = kept.find(other => isMirror(candidate, other))
    if (mirrored) {
      const reason = `shows the same counter as ${mirrored.spec.id}, as dies of one socket do`
      unavailable.push({ id: candidate.spec.id, domain: spec.domain, state: 'broken', reason })
    } else kept.push(candidate)
  }
  if (kept.length === 0 && unavailable.length === 0) {
    const reason =
      names.length > 0
        ? `the Energy Meter Interface has only channels of unknown meaning: ${[...new Set(names)].slice(0, 8).join(', ')}`
        : 'the Energy Meter Interface has no device: before Windows 11, in virtual machines and on many boards there is none'
    unavailable.push({ id: PROVIDER, domain: 'package', state: 'absent', reason })
  }
  return { sensors: kept.map(({ spec }) => spec), unavailable }
}
