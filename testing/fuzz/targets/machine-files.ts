import { openKeptFile } from '../../../packages/core/src/sensors/kept-file.js'
import { readMachineFacts } from '../../../packages/core/src/sensors/machine-facts.js'
import { smiNumber, smiRows } from '../../../packages/core/src/sensors/nvidia-smi/smi-table.js'
import { openSensors } from '../../../packages/core/src/sensors/openers.js'
import { discoverSensors } from '../../../packages/core/src/sensors/registry.js'
import { openMachineTimes } from '../../../packages/core/src/sensors/usage/machine-times.js'
import { readProcessStat } from '../../../packages/core/src/sensors/usage/process-stat.js'
import { reservedShare } from '../../../packages/core/src/sensors/usage/reserved-share.js'
import type { FuzzTarget } from '../fuzz-target.js'
import { scratchFolder } from '../scratch-folder.js'

const CPUINFO = [0, 1]
  .map(
    id =>
      `processor\t: ${id}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\nmodel name\t: Intel(R) Xeon(R) Gold 6430\nstepping\t: 8\nphysical id\t: ${id}\nflags\t\t: fpu vme sgx hypervisor\n`,
  )
  .join('\n')
const MEMINFO = 'MemTotal:       65536000 kB\nMemFree:        1000 kB\n'
const STAT = 'cpu  100 0 50 1000 5 0 0 9 0 0\ncpu0 50 0 25 500 2 0 0 4 0 0\n'
const PROCESS = '4242 (node (x) y) S 1 4242 4242 0 -1 4194304 100 0 0 0 12 3 4 5 20 0 11 0 9999 1000000 500'
const STATUS = 'Name:\tnode\nCpus_allowed_list:\t0-3,8\n'
const MOUNTS = '25 20 0:22 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n'
const CGROUP = '0::/user.slice/run\n'

const sound: Readonly<Record<string, string>> = {
  'proc/cpuinfo': CPUINFO,
  'proc/meminfo': MEMINFO,
  'proc/stat': STAT,
  'proc/self/status': STATUS,
  'proc/self/mountinfo': MOUNTS,
  'proc/self/cgroup': CGROUP,
  'sys/class/powercap/intel-rapl:0/name': 'package-0\n',
  'sys/class/powercap/intel-rapl:0/energy_uj': '123456789\n',
  'sys/class/powercap/intel-rapl:0/max_energy_range_uj': '262143328850\n',
  'sys/class/powercap/intel-rapl:0/constraint_0_power_limit_uw': '270000000\n',
  'sys/class/powercap/intel-rapl:0:0/name': 'dram\n',
  'sys/class/powercap/intel-rapl:0:0/energy_uj': '5\n',
  'sys/class/powercap/intel-rapl:0:0/max_energy_range_uj': '65712999613\n',
  'sys/class/hwmon/hwmon0/name': 'amdgpu\n',
  'sys/class/hwmon/hwmon0/power1_average': '30000000\n',
  'sys/class/hwmon/hwmon1/name': 'i915\n',
  'sys/class/hwmon/hwmon1/energy1_input': '123456\n',
  'sys/class/power_supply/BAT0/type': 'Battery\n',
  'sys/class/power_supply/BAT0/status': 'Discharging\n',
  'sys/class/power_supply/BAT0/power_now': '11000000\n',
}

const scratch = scratchFolder()
for (const [path, text] of Object.entries(sound)) scratch.write(path, text)
const roots = {
  procRoot: `${scratch.folder}/proc`,
  sysfsRoot: `${scratch.folder}/sys`,
  platform: 'linux',
} as const

/** Everything that is read at a start and at a tick, on a machine one file of which is damaged. */
const readMachine = (): void => {
  const machine = readMachineFacts(roots)
  const environment = { ...roots, machine }
  const share = reservedShare(environment)
  if (share !== undefined && !(share > 0 && share < 1)) throw new Error(`reserved share ${share}`)
  const { sensors, unavailable } = discoverSensors(environment, { wholeMachine: false })
  for (const { id, scale, maxPowerWatts, wrapRaw } of sensors) {
    if (!(scale > 0) || !((maxPowerWatts ?? 1) > 0) || (wrapRaw !== undefined && !(wrapRaw > 0)))
      throw new Error(`sensor ${id} with scale ${scale}, ${maxPowerWatts} W, wrap ${wrapRaw}`)
  }
  for (const { reason } of unavailable) if (!reason) throw new Error('unavailable without a reason')
  const open = openSensors(sensors, environment)
  for (const sensor of open) {
    const value = sensor.read()
    if (typeof value !== 'number' || value < 0 || value === Number.POSITIVE_INFINITY)
      throw new Error(`sensor ${sensor.spec.id} reads ${value}`)
    sensor.close()
  }
  const times = openMachineTimes(roots.procRoot)
  times.read()
  times.close()
}

export const machineFileTargets: readonly FuzzTarget[] = [
  ...Object.keys(sound).map(
    (path): FuzzTarget => ({
      name: `machine: ${path}`,
      seeds: [sound[path]!],
      errors: [],
      run: input => {
        scratch.write(path, input)
        try {
          readMachine()
        } finally {
          scratch.write(path, sound[path]!)
        }
      },
    }),
  ),
  {
    name: '/proc/<pid>/stat',
    seeds: [PROCESS],
    errors: [],
    run: input => {
      const file = openKeptFile(scratch.write('proc/4242/stat', input))
      readProcessStat(file)
      file.close()
    },
  },
  {
    name: 'nvidia-smi rows',
    seeds: ['GPU-1, 250.12, 300.00\nGPU-2, [N/A], 70.5\n'],
    errors: [],
    run: input => {
      for (const row of smiRows(input.toString().split('\n'), 3)) {
        for (const field of row.slice(1)) {
          const value = smiNumber(field)
          if (value < 0 || value === Number.POSITIVE_INFINITY) throw new Error(`${field} became ${value}`)
        }
      }
    },
  },
]
