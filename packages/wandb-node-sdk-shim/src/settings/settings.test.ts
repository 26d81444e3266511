import { describe, expect, it } from 'vitest'
import { checkedApiKey } from './api-key.js'
import { parseIniDefaults } from './ini.js'
import { netrcPassword } from './netrc.js'
import { checkedProject, checkedRunId, checkedTags, randomId } from './run-id.js'
import { appUrlOf, resolveSettings } from './settings.js'

const environment = (values: Record<string, string>) => ({ name: '', values })
const file = (name: string, values: Record<string, string>) => ({ name, values })

describe('settings', () => {
  it('prefers arguments over the environment over files over defaults', () => {
    const files = [
      file('project', { project: 'file', entity: 'near' }),
      file('home', { entity: 'far', host: 'h' }),
    ]
    const env = environment({ WANDB_PROJECT: 'env', WANDB_NOTES: 'env' })
    const settings = resolveSettings({ runNotes: 'argument' }, env, files, '/root')
    expect(settings).toMatchObject({
      runNotes: 'argument',
      project: 'env',
      entity: 'near',
      host: 'h',
      mode: 'online',
      initTimeout: 90,
      rootDir: '/root',
    })
  })

  it('reads lists, switches, durations and the old names of modes', () => {
    const env = environment({
      WANDB_TAGS: 'a, b,,c',
      WANDB_SILENT: 'true',
      WANDB_QUIET: '0',
      WANDB_INIT_TIMEOUT: '2.5',
      WANDB_MODE: 'dryrun',
      WANDB_BASE_URL: 'http://127.0.0.1:8080///',
    })
    expect(resolveSettings({}, env, [], '/')).toMatchObject({
      runTags: ['a', 'b', 'c'],
      silent: true,
      quiet: false,
      initTimeout: 2.5,
      mode: 'offline',
      baseUrl: 'http://127.0.0.1:8080',
    })
  })

  it.each([
    [{ WANDB_MODE: 'of' }, /WANDB_MODE is "of"; accepted: online, offline or disabled/],
    [{ WANDB_INIT_TIMEOUT: 'soon' }, /WANDB_INIT_TIMEOUT is "soon"; accepted: a number of seconds/],
    [{ WANDB_RESUME: 'yes' }, /WANDB_RESUME is "yes"; accepted: allow, must, never or auto/],
    [{ WANDB_SILENT: 'maybe' }, /WANDB_SILENT is "maybe"/],
    [{ WANDB_BASE_URL: 'api.wandb.ai' }, /WANDB_BASE_URL/],
  ])('names the variable that is wrong: %o', (values, message) => {
    expect(() => resolveSettings({}, environment(values), [], '/')).toThrow(message)
  })

  it('names the argument that is wrong or unknown', () => {
    expect(() => resolveSettings({ silent: 'yes' as never }, environment({}), [], '/')).toThrow(
      /Setting "silent" is "yes"; accepted: true or false/,
    )
    expect(() => resolveSettings({ projct: 'x' } as never, environment({}), [], '/')).toThrow(
      /no setting "projct"/,
    )
  })

  it('derives the web address from the server', () => {
    const of = (baseUrl: string) => appUrlOf({ baseUrl, appUrl: undefined })
    expect(of('https://api.wandb.ai')).toBe('https://wandb.ai')
    expect(of('https://api.corp.example')).toBe('https://app.corp.example')
    expect(of('http://localhost:8080')).toBe('http://localhost:8080')
    expect(appUrlOf({ baseUrl: 'https://x.example', appUrl: 'https://ui.example/' })).toBe(
      'https://ui.example',
    )
  })
})

describe('settings files and netrc', () => {
  it('reads the default section only', () => {
    const text =
      '# x\n[other]\nproject = no\n[default]\nproject = yes\nEntity=me\nbase_url: http://a.example:1/b\n'
    expect(parseIniDefaults(text)).toEqual({ project: 'yes', entity: 'me', base_url: 'http://a.example:1/b' })
  })

  it('finds the password of host and port', () => {
    const text = `# machine localhost:8080
machine api.wandb.ai
  login user
  password first
machine localhost:8080 login user password second
default login anonymous password none`
    expect(netrcPassword(text, 'api.wandb.ai')).toBe('first')
    expect(netrcPassword(text, 'localhost:8080')).toBe('second')
    expect(netrcPassword(text, 'localhost')).toBeUndefined()
  })

  it('steps over macros, and takes a login called "password" for a login', () => {
    const text = 'macdef init\nmachine a password wrong\n\nmachine a login password password "right one"\n'
    expect(netrcPassword(text, 'a')).toBe('right one')
  })
})

describe('identities', () => {
  it('accepts classic, new, prefixed keys and tokens, and never repeats a wrong one', () => {
    for (const key of [
      '0'.repeat(40),
      `wandb_v1_${'a'.repeat(60)}`,
      `local-${'b'.repeat(40)}`,
      'aa.bb-c.d_d',
    ]) {
      expect(checkedApiKey(key, 'x')).toBe(key)
    }
    expect(() => checkedApiKey('secretsecret', 'x')).toThrow(/12 characters/)
    expect(() => checkedApiKey('secretsecret', 'x')).not.toThrow(/secretsecret/)
  })

  it('makes ids of 8 lower-case letters and digits', () => {
    const ids = Array.from({ length: 200 }, () => randomId())
    expect(ids.every(id => /^[a-z0-9]{8}$/.test(id))).toBe(true)
    expect(new Set(ids).size).toBe(200)
  })

  it('refuses what W&B refuses', () => {
    for (const id of ['', ' a', 'a/b', 'a:b', "a'b"]) expect(() => checkedRunId(id)).toThrow(/Run id/)
    for (const project of ['', 'a/b', 'a%', 'x'.repeat(129)]) {
      expect(() => checkedProject(project)).toThrow(/Project/)
    }
    expect(() => checkedTags(['x'.repeat(65)])).toThrow(/65 characters/)
    expect(checkedTags(['a', 'b', 'a'])).toEqual(['a', 'b'])
  })
})
