import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RankCard } from './rank-card.js'
import { rankFolder } from './rank-folder.js'
import { RankMember } from './rank-member.js'
import { type RankSeat, readOwner, takeSeat } from './rank-seat.js'

let root: string
let folder: string
let now: bigint

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'epochwatt-ranks-'))
  folder = join(root, 'job')
  now = 1_000_000_000n
})
afterEach(() => vi.unstubAllEnvs())
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Makes a process visible below a root of its own. */
const process = (pid: number, { parent = 1, start = 100 + pid, state = 'S' } = {}): void => {
  mkdirSync(join(root, 'proc', String(pid)), { recursive: true })
  const fields = [state, parent, ...Array.from({ length: 17 }, () => 0), start, 0]
  writeFileSync(join(root, 'proc', String(pid), 'stat'), `${pid} (node (x) 1) ${fields.join(' ')}`)
}
const kill = (pid: number): void => rmSync(join(root, 'proc', String(pid)), { recursive: true })

const sit = (run: string, pid: number, more: Partial<RankCard> = {}) => {
  if (!existsSync(join(root, 'proc', String(pid)))) process(pid)
  const seat: RankSeat = {
    folder,
    procRoot: join(root, 'proc'),
    revision: 0,
    card: {
      run,
      pid,
      startTicks: 100 + pid,
      scope: 'process',
      staticPolicy: 'full',
      joinedNs: String(now),
      beganNs: String(now),
      boards: [],
      ...more,
    },
  }
  takeSeat(seat)
  return { seat, member: new RankMember(seat, () => now) }
}
/** A new member object each time looks at once: the pace of one is a second. */
const look = ({ seat }: { seat: RankSeat }) => new RankMember(seat, () => now).beat()

describe('ranks of a job', () => {
  it('know of each other from the first moment on, and of when they came', () => {
    const a = sit('a', 1)
    expect(a.member.beat()).toMatchObject({ owner: true, others: [] })
    now += 500n
    const b = sit('b', 2)
    expect(look(a)).toMatchObject({ owner: true, others: [{ from: 500, scope: 'process' }] })
    expect(b.member.beat()).toMatchObject({ owner: false, others: [{ from: 0 }] })
  })

  it('tell when they leave, and hand the office on', () => {
    const [a, b] = [sit('a', 1), sit('b', 2)]
    now += 300n
    a.member.leave()
    now += 300n
    expect(look(b)).toMatchObject({ owner: true, others: [{ from: 0, to: 300 }] })
  })

  it('notice a rank that died, and when they noticed counts as its end', () => {
    const [a, b] = [sit('a', 1), sit('b', 2)]
    expect(look(b)).toMatchObject({ owner: false })
    kill(1)
    now += 700n
    // The first look takes the office and files the death, the next one has read it.
    expect(look(b)).toMatchObject({ owner: true })
    expect(look(b)).toMatchObject({ others: [{ from: 0, to: 700 }] })
    expect(look(a)).toBeDefined()
  })

  it('take a process with the id of a dead one for another, and a zombie for dead', () => {
    const [, b] = [sit('a', 1), sit('b', 2)]
    kill(1)
    process(1, { start: 9999 })
    expect(look(b)).toMatchObject({ owner: true })
    process(3)
    const c = sit('c', 3)
    process(2, { state: 'Z' })
    expect(look(c)).toMatchObject({ owner: true })
  })

  it('take the office from an owner that is silent, though its process lives', () => {
    const [a, b] = [sit('a', 1), sit('b', 2)]
    expect(look(b)).toMatchObject({ owner: false })
    const longAgo = new Date(Date.now() - 60_000)
    utimesSync(join(folder, 'owner'), longAgo, longAgo)
    expect(look(b)).toMatchObject({ owner: true })
    // It wakes up, and knows that it has lost it.
    expect(look(a)).toMatchObject({ owner: false })
    expect(readOwner(folder)).toBe('b')
  })

  it('do not count runs of the same process', () => {
    const a = sit('a', 1)
    sit('a2', 1)
    expect(look(a)).toMatchObject({ others: [] })
    // The same number in another container is another process.
    sit('c', 1, { pidNamespace: 'pid:[2]' })
    expect(look(a)!.others).toHaveLength(1)
  })

  it('know of a rank in another container by its signs of life', () => {
    const a = sit('a', 1)
    const c = sit('c', 9, { pidNamespace: 'pid:[2]' })
    kill(9)
    expect(look(a)!.others[0]).not.toHaveProperty('to')
    const longAgo = new Date(Date.now() - 60_000)
    utimesSync(join(folder, 'c.0.json'), longAgo, longAgo)
    look(c)
    look(a)
    expect(look(a)!.others[0]).not.toHaveProperty('to')
    utimesSync(join(folder, 'c.0.json'), longAgo, longAgo)
    now += 900n
    look(a)
    expect(look(a)!.others[0]).toMatchObject({ to: 900 })
    // It was only stopped, and is back: it had a part all the time.
    look(c)
    expect(look(a)!.others[0]).not.toHaveProperty('to')
  })

  it('tell of boards that their drivers named late', () => {
    const [a, b] = [sit('a', 1), sit('b', 2)]
    b.member.showBoards(['gpu-1'])
    expect(look(a)).toMatchObject({ others: [{ boards: ['gpu-1'] }] })
    expect(readdirSync(folder).filter(name => name.startsWith('b.'))).toEqual(['b.1.json'])
  })

  it('know a process that they started themselves', () => {
    process(2, { parent: 5 })
    process(5, { parent: 1 })
    const [a, b] = [sit('a', 1), sit('b', 2)]
    expect(look(a)!.others).toMatchObject([{ nested: true }])
    expect(look(b)!.others[0]).not.toHaveProperty('nested')
  })

  it('have no news to tell while nothing changes', () => {
    const a = sit('a', 1)
    expect(a.member.beat()).toBeDefined()
    now += 1000n
    expect(a.member.leave()).toBeUndefined()
  })

  it('leave nothing behind when the last one goes, but not before', () => {
    const [a, b] = [sit('a', 1), sit('b', 2)]
    a.member.leave()
    expect(existsSync(folder)).toBe(true)
    b.member.leave()
    expect(existsSync(folder)).toBe(false)
  })

  it('survive damaged cards and a folder that vanishes', () => {
    const a = sit('a', 1)
    writeFileSync(join(folder, 'x.0.json'), '{"run":')
    writeFileSync(join(folder, 'y.0.json'), '{"run":"y","pid":"1"}')
    expect(look(a)).toMatchObject({ others: [] })
    rmSync(folder, { recursive: true })
    // It sits down again.
    expect(look(a)).toMatchObject({ owner: true })
    expect(look(sit('b', 2))).toMatchObject({ others: [{ from: 0 }] })
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'no folder any more')
    expect(() => look(a)).not.toThrow()
    expect(() => a.member.leave()).not.toThrow()
  })
})

describe('the folder of ranks', () => {
  it('is one for a job, and another for another, or after another boot', () => {
    const env = { EPOCHWATT_HOST_DIR: join(root, 'host') }
    expect(rankFolder('a', 'b', env)).toBe(rankFolder('a', 'b', env))
    expect(rankFolder('b', 'b', env)).not.toBe(rankFolder('a', 'b', env))
    expect(rankFolder('a', 'c', env)).not.toBe(rankFolder('a', 'b', env))
    // The name of a job may be anything, and is none of anybody's business.
    expect(rankFolder('../../x', '', env).startsWith(join(root, 'host'))).toBe(true)
  })

  it('is not one that somebody else has put where everybody may write', () => {
    vi.stubEnv('TMPDIR', root)
    symlinkSync('/', join(root, `epochwatt-ranks-${globalThis.process.getuid?.()}`))
    expect(() => rankFolder('a', '', {})).toThrow(expect.objectContaining({ code: 'EACCES' }))
  })
})
