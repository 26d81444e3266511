import type { SysfsDeviceOptions } from './sysfs-device.js'

/** How chips of the hwmon class lie in `/sys` of real machines; each is an argument of `SyntheticMachine.addDevice`. */

const onPci = (
  address: string,
  index: number,
  name: string,
  ids: readonly [vendor: string, device: string],
  rest: Partial<SysfsDeviceOptions>,
): SysfsDeviceOptions => ({
  ...rest,
  path: `pci0000:00/${address}/hwmon/hwmon${index}`,
  class: 'hwmon',
  deviceLink: `../../../${address}`,
  files: { name, '../../vendor': ids[0], '../../device': ids[1], ...rest.files },
})

export interface GpuChipOptions {
  readonly address?: string
  /** Number of its hwmon directory. */
  readonly index?: number
  readonly watts?: number
}

/** A Radeon or Instinct board, or with `apu` a processor with graphics. */
export const amdgpuChip = ({
  address = '0000:03:00.0',
  index = 0,
  watts = 100,
  apu = false,
  instant = false,
}: GpuChipOptions & { readonly apu?: boolean; readonly instant?: boolean } = {}): SysfsDeviceOptions =>
  onPci(address, index, 'amdgpu', ['0x1002', apu ? '0x15bf' : '0x744c'], {
    power: { [instant ? 'power1_input' : 'power1_average']: watts },
    files: {
      power1_label: 'PPT',
      ...(apu ? { in1_label: 'vddnb', in1_input: '900' } : { power1_cap_max: '355000000' }),
      '../../power/runtime_status': 'active',
    },
  })

/** A discrete Intel board with the i915 driver; `tiles` adds the chips of its tiles. */
export const i915Chips = ({
  address = '0000:4d:00.0',
  index = 0,
  watts = 150,
  tiles = 0,
}: GpuChipOptions & { readonly tiles?: number } = {}): SysfsDeviceOptions[] => [
  onPci(address, index, 'i915', ['0x8086', '0x0bd5'], {
    energy: { energy1_input: watts },
    files: { power1_rated_max: '300000000' },
  }),
  ...Array.from({ length: tiles }, (_, tile) =>
    onPci(address, index + 1 + tile, `i915_gt${tile}`, ['0x8086', '0x0bd5'], {
      energy: { energy1_input: watts / (tiles + 1) },
    }),
  ),
]

/** A discrete Intel board with the xe driver: energy of the card, and of the package on it. */
export const xeChip = ({
  address = '0000:03:00.0',
  index = 0,
  watts = 120,
}: GpuChipOptions = {}): SysfsDeviceOptions =>
  onPci(address, index, 'xe', ['0x8086', '0xe20b'], {
    energy: { energy1_input: watts, energy2_input: watts * 0.7 },
    files: { energy1_label: 'card', energy2_label: 'pkg', power1_max: '190000000' },
  })

export interface Rail {
  readonly label: string
  readonly millivolts: number
  readonly milliamperes: number
}

/** The shunt monitor of a Jetson: voltage and current by rail, and shunt voltages that look like more of them. */
export const ina3221Chip = (
  rails: readonly Rail[],
  { address = '1-0040', index = 0 }: { readonly address?: string; readonly index?: number } = {},
): SysfsDeviceOptions => ({
  path: `platform/c240000.i2c/i2c-1/${address}/hwmon/hwmon${index}`,
  class: 'hwmon',
  deviceLink: `../../../${address}`,
  files: {
    name: 'ina3221',
    ...Object.fromEntries(
      rails.flatMap(({ label, millivolts, milliamperes }, at) => [
        [`in${at + 1}_label`, label],
        [`in${at + 1}_input`, String(millivolts)],
        [`curr${at + 1}_input`, String(milliamperes)],
        [`in${at + 4}_input`, String(milliamperes)],
      ]),
    ),
    in7_label: 'sum of shunt voltages',
  },
})

/** The single monitor of newer Jetsons, which multiplies by itself. */
export const ina238Chip = (label: string, watts: number, index = 0): SysfsDeviceOptions => ({
  path: `platform/c600000.i2c/i2c-2/2-0044/hwmon/hwmon${index}`,
  class: 'hwmon',
  deviceLink: '../../../2-0044',
  files: { name: 'ina238', label },
  power: { power1_input: watts },
})

/** Meters of the ACPI firmware; their files lie beside the hwmon directory, not in it. */
export const acpiMeter = (
  watts: number,
  { label = '', index = 0 }: { readonly label?: string; readonly index?: number } = {},
): SysfsDeviceOptions => ({
  path: `LNXSYSTM:00/LNXSYBUS:00/ACPI000D:0${index}/hwmon/hwmon${index}`,
  class: 'hwmon',
  deviceLink: `../../../ACPI000D:0${index}`,
  files: {
    name: 'power_meter',
    '../../power1_oem_info': label,
    '../../power1_average_interval': label === '' ? '1000' : '50',
  },
  power: { '../../power1_average': watts },
})

/** Energy of AMD server sockets and cores as an older driver shows it. */
export const amdEnergyChip = (sockets: number, watts = 90, index = 0): SysfsDeviceOptions => ({
  path: `platform/amd_energy.0/hwmon/hwmon${index}`,
  class: 'hwmon',
  deviceLink: '../../../amd_energy.0',
  files: {
    name: 'amd_energy',
    energy1_label: 'Ecore000',
    ...Object.fromEntries(
      Array.from({ length: sockets }, (_, socket) => [`energy${socket + 2}_label`, `Esocket${socket}`]),
    ),
  },
  energy: {
    energy1_input: 3,
    ...Object.fromEntries(
      Array.from({ length: sockets }, (_, socket) => [`energy${socket + 2}_input`, watts]),
    ),
  },
})
