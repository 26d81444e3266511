/** One powercap zone of a synthetic machine. */
export interface ZoneOptions {
  /** Content of its `name` file: `package-0`, `package-0-die-1`, `dram`, `core`, `uncore`, `psys`. */
  readonly name: string
  /** Key of the zone it is a child of. */
  readonly parent?: string
  /** Power at the beginning, watts; 0 if not given. */
  readonly watts?: number
  /** Exponent of the register's unit: 14 (default, 61 µJ) or 16 (15 µJ). */
  readonly unitExponent?: 14 | 16
  /** Register at the beginning, 0 to 2^32 - 1; by default drawn from the machine's seed. */
  readonly startTicks?: number
  /** Key of a zone whose register this one shows as well. */
  readonly mirrorOf?: string
  /** Lies below `intel-rapl-mmio`. */
  readonly mmio?: boolean
  /** Watts of `constraint_0`, `constraint_1`, …; 0 is what hardware without the limit says. */
  readonly limitsWatts?: readonly number[]
  /** Content of `enabled`, which is the power limit's switch and says nothing about the counter. */
  readonly enabled?: boolean
  /** Whether there is a `max_energy_range_uj`. */
  readonly range?: boolean
  /** Directory name, e.g. `intel-rapl:0:2`; numbered in order if not given. */
  readonly address?: string
  /** Name of this zone in all calls; by default `name`, below `parent/` or `mmio/`. */
  readonly key?: string
}

/**
 * - `missing`: no `energy_uj`.
 * - `locked`: mode 0, see `withoutPrivileges`.
 * - `empty`, `garbage`: readable, but no number.
 * - `io-error`: opens, but reading fails with EIO.
 */
export type ZoneFault = 'missing' | 'locked' | 'empty' | 'garbage' | 'io-error'

export const zoneKey = ({ key, name, parent, mmio }: ZoneOptions): string =>
  key ?? (parent ? `${parent}/${name}` : mmio ? `mmio/${name}` : name)

/** `[intel]` server sockets: package with dram as its child, as a dual-socket Xeon shows them. */
export const intelServerZones = (sockets: number, wattsPerPackage = 120, wattsPerDram = 15): ZoneOptions[] =>
  Array.from({ length: sockets }, (_, socket): ZoneOptions[] => [
    { name: `package-${socket}`, watts: wattsPerPackage, limitsWatts: [270, 324] },
    {
      name: 'dram',
      parent: `package-${socket}`,
      watts: wattsPerDram,
      unitExponent: 16,
      limitsWatts: [0],
    },
  ]).flat()

/** A laptop: package with core and uncore inside it, psys around it, the package once more through mmio. */
export const intelLaptopZones = (): ZoneOptions[] => [
  { name: 'package-0', watts: 9.61, limitsWatts: [28, 64, 0] },
  { name: 'core', parent: 'package-0', watts: 3.78 },
  { name: 'uncore', parent: 'package-0', watts: 0.21 },
  { name: 'psys', watts: 14.44, limitsWatts: [0, 0] },
  { name: 'package-0', mmio: true, mirrorOf: 'package-0', limitsWatts: [28, 64] },
]

/** One AMD socket as kernels before 6.x show it: the socket's register once per die, no limits, no dram. */
export const amdMirroredZones = (dies = 2, watts = 68): ZoneOptions[] =>
  Array.from({ length: dies }, (_, die) => ({
    name: `package-0-die-${die}`,
    unitExponent: 16,
    ...(die === 0 ? { watts } : { mirrorOf: 'package-0-die-0' }),
  }))
