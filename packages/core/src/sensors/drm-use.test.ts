import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSyntheticMachine, SELF_PID, type SyntheticMachine } from '@epochwatt/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DrmClients } from './drm-use.js'

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

const client = (id: number, milliseconds: number, board = BOARD): string =>
  [
    'pos:\t0',
    'drm-driver:\tamdgpu',
    `drm-pdev:\t${board}`,
    `drm-client-id:\t${id}`,
    `drm-engine-gfx:\t${milliseconds * 1e6} ns`,
    `drm-engine-compute:\t${milliseconds * 1e6} ns`,
    'drm-memory-vram:\t1024 KiB',
    '',
  ].join('\n')

const newClients = (): DrmClients => new DrmClients(machine.procRoot, () => machine.now * 1000)

describe('who of us has a GPU open', () => {
  it('is nobody while no process of the tree does: then none of the board is ours', () => {
    openFile(SELF_PID, 3, '/tmp/data', client(1, 5))
    const stranger = machine.spawnProcess({ parent: 1 })
    openFile(stranger, 3, '/dev/dri/card0', client(2, 5))
    expect(newClients().useOf(BOARD)).toMatchObject({ ours: 0, unknown: 0 })
  })

  it('is counted for each process, and what each did once for each client', () => {
    const child = machine.spawnProcess()
    openFile(SELF_PID, 3, '/dev/dri/renderD128', client(7, 100))
    openFile(SELF_PID, 4, '/dev/dri/renderD128', client(7, 100))
    openFile(child, 9, '/dev/dri/renderD128', client(8, 50))
    openFile(child, 10, '/dev/dri/renderD129', client(9, 1000, '0000:43:00.0'))
    const clients = newClients()
    expect(clients.useOf(BOARD)).toMatchObject({ ours: 2, ourWork: expect.closeTo(0.3, 9) })
    expect(clients.useOf('0000:43:00.0')).toMatchObject({ ours: 1, ourWork: expect.closeTo(2, 9) })
    expect(clients.useOf('0000:99:00.0').ours).toBe(0)
  })

  it('cannot rule out others, whose files nobody may look into', () => {
    openFile(SELF_PID, 3, '/dev/dri/renderD128', client(7, 100))
    expect(newClients().useOf(BOARD)).toMatchObject({ others: 0, unknown: 1 })
  })

  it('is looked at every two seconds at most', () => {
    const clients = newClients()
    expect(clients.useOf(BOARD).ours).toBe(0)
    openFile(SELF_PID, 3, '/dev/dri/renderD128', client(7, 100))
    machine.advance(1)
    expect(clients.useOf(BOARD).ours).toBe(0)
    machine.advance(1)
    expect(clients.useOf(BOARD).ours).toBe(1)
    rmSync(join(machine.procRoot, String(SELF_PID), 'fd'), { recursive: true })
    machine.advance(2)
    expect(clients.useOf(BOARD).ours).toBe(0)
  })
})
