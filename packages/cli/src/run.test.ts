import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openStore, type RunRecord } from '@epochwatt/core'
import { afterAll, describe, expect, it } from 'vitest'

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'epochwatt-run-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const storeFor = (name: string): string => join(root, name)
const environment = { ...process.env, EPOCHWATT_COUNTRY: 'FR', EPOCHWATT_SAMPLING_INTERVAL_MS: '100' }

const track = (store: string, ...args: string[]) =>
  spawnSync(process.execPath, [BIN, 'run', '--dir', storeFor(store), ...args], {
    encoding: 'utf8',
    env: environment,
    input: 'from the terminal',
  })

const latest = (store: string): RunRecord => openStore(storeFor(store)).read('latest')

describe('epochwatt run', () => {
  it('gives the command its arguments, input, output and exit code', () => {
    const echo =
      'process.stdin.pipe(process.stdout); process.stderr.write(process.argv[1]); process.exitCode = 7'
    const { status, stdout, stderr } = track(
      'plain',
      '--quiet',
      '--',
      process.execPath,
      '-e',
      echo,
      '--',
      '--json',
    )
    expect({ status, stdout, stderr }).toEqual({ status: 7, stdout: 'from the terminal', stderr: '--json' })
    expect(latest('plain')).toMatchObject({ status: 'failed', name: 'node' })
  })

  it('takes tags from the environment where none is given, as a policy may ask for them', () => {
    const env = { ...environment, EPOCHWATT_TAGS: 'team=vision' }
    const args = [BIN, 'run', '--dir', storeFor('tags'), '--quiet', '--', process.execPath, '-e', '']
    expect(spawnSync(process.execPath, args, { env }).status).toBe(0)
    expect(latest('tags').tags).toEqual({ team: 'vision' })
  })

  it('books the work of a shell’s grandchildren to the run', () => {
    const burn = 'const end = Date.now() + 1200; while (Date.now() < end);'
    const script = join(root, 'burn.sh')
    writeFileSync(script, `"${process.execPath}" -e "${burn}" & wait\n`)
    const tags = ['--tag', 'team=vision', '--param', 'lr=0.1=x', '--project', 'shell']
    const { status, stderr } = track('tree', ...tags, '--', 'sh', script)
    const record = latest('tree')
    expect(status).toBe(0)
    expect(record).toMatchObject({ status: 'finished', name: 'sh burn.sh', project: 'shell' })
    expect(record.params).toEqual({ lr: '0.1=x' })
    expect(record.tags).toEqual({ team: 'vision' })
    expect(stderr).toContain('sh burn.sh')
    // A core that is busy for a second is booked as dynamic energy; a shell that only waits has next to none.
    const idle = track('idle', '--quiet', '--', 'sleep', '1.2')
    expect(idle.status).toBe(0)
    const dynamic = (run: RunRecord) => run.energy.dynamic_kwh!.value
    expect(dynamic(record)).toBeGreaterThan(2 * dynamic(latest('idle')))
  })

  it('passes a signal on, and tells of it as a shell does', async () => {
    const child = spawn(
      process.execPath,
      [
        BIN,
        'run',
        '--dir',
        storeFor('signal'),
        '--',
        process.execPath,
        '-e',
        'console.log(1); setInterval(() => {}, 9)',
      ],
      { env: environment, stdio: ['ignore', 'pipe', 'ignore'] },
    )
    await once(child.stdout!, 'data')
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(143)
    expect(latest('signal')).toMatchObject({
      status: 'failed',
      status_reason: 'the command was ended by SIGTERM',
    })
  })

  it('ends a command politely when a policy’s cap is reached', () => {
    const policy = join(root, 'policy.json')
    writeFileSync(policy, JSON.stringify({ policy: { perRun: { hours: 1e-9 }, action: 'stop' } }))
    const { status } = spawnSync(
      process.execPath,
      [BIN, 'run', '--dir', storeFor('policy'), '--', 'sleep', '60'],
      { env: { ...environment, EPOCHWATT_CONFIG: policy } },
    )
    expect(status).toBe(143)
    const { status_reason, warnings } = latest('policy')
    expect(status_reason).toMatch(/^the command was ended by SIGTERM: the policy's cap of 1e-9 h a run/)
    expect(warnings.map(({ code }) => code)).toContain('CAP_REACHED')
  })

  it('says that a command cannot be started, with the code of a shell', () => {
    const { status, stderr } = track('none', '--', './no-such-command')
    expect(status).toBe(127)
    expect(stderr).toContain('no-such-command ENOENT')
  })

  it.each([
    [[], /at least 1 argument/],
    [['--pue', '0.2', '--', 'true'], /Option "--pue" is 0.2; accepted: a ratio from 1 to 5/],
    [['--tag', 'team', '--', 'true'], /Option "--tag" is "team"; accepted: KEY=TEXT/],
    [['sleep', '--forever'], /Unknown option "--forever"/],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = track('refused', ...args)
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
  })
})
