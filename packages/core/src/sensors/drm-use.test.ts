import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSyntheticMachine, SELF_PID, type SyntheticMachine } from '@epochwatt/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DrmClients } from './drm-use.js'
import { probeEnvironment } from './environment.js'

const BOARD = '0000:03:00.0'
let machine: SyntheticMachine
beforeEach(() => {
  machine = createSyntheticMachine()
})
afterEach(() => machine.dispose())

const openFile = (pid: number, descriptor: number, target: string, info = ''): void => {
  const directory = join(machine.procRoot, String(pid))
  for (const folder of ['fd', 'fdinfo']) mkdirSync(join(directory, folder), { recursive: true })
  symlinkSync(target, join(directory, 'fd', String(descriptor)))
  writeFileSync(join(directory, 'fdinfo', String(descriptor)), info)
}

const client = (id: number, board = BOARD): string =>
  [
    'pos:\t0',
    'drm-driver:\tamdgpu',
    `drm-pdev:\t${board}`,
    `drm-client-id:\t${id}`,
    'drm-engine-compute:\t1000000 ns',
    '',
  ].join('\n')

const newClients = (): DrmClients => new DrmClients(probeEnvironment(machine.env), () => machine.now * 1000)

describe('who of us has a GPU open', () => {
  it('is nobody while no process of the tree does: then none of the board is ours', () => {
    openFile(SELF_PID, 3, '/tmp/data', client(1))
    const stranger = machine.spawnProcess({ parent: 1 })
    openFile(stranger, 3, '/dev/dri/card0', client(2))
    expect(newClients().useOf(BOARD)).toMatchObject({ ours: 0, unknown: 0 })
  })

  it('is counted by process, however many times each has it open', () => {
    const child = machine.spawnProcess()
    openFile(SELF_PID, 3, '/dev/dri/renderD128', client(7))
    openFile(SELF_PID, 4, '/dev/dri/renderD128', client(7))
    openFile(child, 9, '/dev/dri/renderD128', client(8))
    openFile(child, 10, '/dev/dri/renderD129', client(9, '0000:43:00.0'))
    const clients = newClients()
    expect(clients.useOf(BOARD).ours).toBe(2)
    expect(clients.useOf('0000:43:00.0').ours).toBe(1)
    expect(clients.useOf('0000:99:00.0').ours).toBe(0)
  })

  it('cannot rule out others, whose files nobody may look into', () => {
    openFile(SELF_PID, 3, '/dev/dri/renderD128', client(7))
    expect(newClients().useOf(BOARD)).toMatchObject({ others: 0, unknown: 1 })
  })

  describe('with the list of AMD’s compute driver', () => {
    const kfd = (path: string, text: string): void => {
      const file = join(machine.sysfsRoot, 'class/kfd/kfd', path)
      mkdirSync(join(file, '..'), { recursive: true })
      writeFileSync(file, `${text}\n`)
    }
    beforeEach(() => {
      // Only the namespace of the host, whose ids the driver uses, has kernel threads.
      machine.spawnProcess({ pid: 2, parent: 0, command: 'kthreadd' })
      writeFileSync(join(machine.procRoot, '2/comm'), 'kthreadd\n')
      kfd('topology/nodes/0/gpu_id', '0')
      kfd('topology/nodes/0/properties', 'cpu_cores_count 64\nlocation_id 0\ndomain 0')
      kfd('topology/nodes/1/gpu_id', '51234')
      kfd('topology/nodes/1/properties', 'simd_count 880\nlocation_id 768\ndomain 0')
      openFile(SELF_PID, 3, '/dev/dri/renderD128', client(7))
    })

    it('is ours alone, or shared by heads', () => {
      kfd(`proc/${SELF_PID}/vram_51234`, '8589934592')
      const idle = machine.spawnProcess({ parent: 1 })
      kfd(`proc/${idle}/vram_51234`, '0')
      expect(newClients().useOf(BOARD)).toMatchObject({ ours: 1, others: 0, unknown: 0 })
      const stranger = machine.spawnProcess({ parent: 1 })
      kfd(`proc/${stranger}/vram_51234`, '1048576')
      expect(newClients().useOf(BOARD)).toMatchObject({ ours: 1, others: 1, unknown: 0 })
    })

    it('cannot be told by it where we use the board by another road, or in a container', () => {
      expect(newClients().useOf(BOARD)).toMatchObject({ ours: 1, unknown: 1 })
      kfd(`proc/${SELF_PID}/vram_51234`, '8589934592')
      writeFileSync(join(machine.procRoot, '2/comm'), 'python\n')
      expect(newClients().useOf(BOARD)).toMatchObject({ ours: 1, unknown: 1 })
    })
  })

  it('is looked at every two seconds at most', () => {
    const clients = newClients()
    expect(clients.useOf(BOARD).ours).toBe(0)
    openFile(SELF_PID, 3, '/dev/dri/renderD128', client(7))
    machine.advance(1)
    expect(clients.useOf(BOARD).ours).toBe(0)
    machine.advance(1)
    expect(clients.useOf(BOARD).ours).toBe(1)
    rmSync(join(machine.procRoot, String(SELF_PID), 'fd'), { recursive: true })
    machine.advance(2)
    expect(clients.useOf(BOARD).ours).toBe(0)
  })
})
