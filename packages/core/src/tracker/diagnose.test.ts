import { amdgpuChip, createSyntheticMachine, type SyntheticMachine } from '@epochwatt/testing'
import { afterEach, expect, it } from 'vitest'
import { diagnose } from './diagnose.js'

const ROOTS = ['EPOCHWATT_SYSFS_ROOT', 'EPOCHWATT_PROC_ROOT'] as const
let machine: SyntheticMachine | undefined
afterEach(() => {
  for (const name of ROOTS) delete process.env[name]
  machine?.dispose()
})

it('a diagnosis names every counter that fails its self-check, with the reason', async () => {
  machine = createSyntheticMachine({
    zones: [
      { name: 'package-0', watts: 60 },
      // Another socket that shows the first one's register, and memory that does not count at all.
      { name: 'package-1', mirrorOf: 'package-0' },
      { name: 'dram', parent: 'package-0', watts: 0 },
    ],
  })
  machine.addDevice(amdgpuChip({ watts: 40 }))
  for (const name of ROOTS) process.env[name] = machine.env[name]
  const passing = setInterval(() => machine!.advance(0.05), 50)
  const { sensors } = await diagnose({ country: 'FR' })
  clearInterval(passing)
  const told = Object.fromEntries(sensors.map(({ id, state, reason }) => [id, { state, reason }]))
  expect(told).toMatchObject({
    'powercap/package-0': { state: 'used' },
    'powercap/package-1': { state: 'mirrored', reason: expect.stringContaining('powercap/package-0') },
    'powercap/package-0/dram': { state: 'frozen', reason: expect.stringContaining('did not advance') },
    'hwmon/amdgpu@0000:03:00.0/power1': { state: 'used' },
  })
})
