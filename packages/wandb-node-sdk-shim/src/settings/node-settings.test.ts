import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../testing/fixture.js'
import { findApiKey, loadSettings } from './node-settings.js'

const directory = temporaryDirectory()
afterAll(directory.remove)
const at = (...labels: string[]) => join(directory.path, ...labels)

const KEYS = ['a', 'b', 'c'].map(letter => letter.repeat(40))

describe('the settings of a process', () => {
  mkdirSync(at('root', 'wandb'), { recursive: true })
  mkdirSync(at('config'))
  writeFileSync(at('root', 'wandb', 'settings'), '[default]\nproject = near\n')
  writeFileSync(
    at('config', 'settings'),
    '[default]\nproject = far\nentity = team\nbase_url = http://127.0.0.1:9\n',
  )
  const env = { WANDB_DIR: at('root'), WANDB_CONFIG_DIR: at('config'), NETRC: at('netrc') }

  it('come from the files of the project and of the user, behind the environment', () => {
    expect(loadSettings({}, env)).toMatchObject({
      project: 'near',
      entity: 'team',
      baseUrl: 'http://127.0.0.1:9',
    })
    expect(loadSettings({}, { ...env, WANDB_ENTITY: 'own' })).toMatchObject({ entity: 'own' })
  })

  it('name the file in which something is wrong', () => {
    mkdirSync(at('broken'))
    writeFileSync(at('broken', 'settings'), '[default]\ninit_timeout = soon\n')
    expect(() => loadSettings({}, { ...env, WANDB_CONFIG_DIR: at('broken') })).toThrow(
      /"init_timeout" in .*settings is "soon"/,
    )
  })

  it('hold the key of the variable before the file’s before netrc’s, which goes by host and port', () => {
    writeFileSync(at('netrc'), `machine 127.0.0.1:9 login user password ${KEYS[2]}\n`)
    expect(findApiKey(loadSettings({}, env), env)).toBe(KEYS[2])
    writeFileSync(at('root', 'wandb', 'settings'), `[default]\napi_key = ${KEYS[1]}\n`)
    expect(findApiKey(loadSettings({}, env), env)).toBe(KEYS[1])
    const withKey = { ...env, WANDB_API_KEY: KEYS[0] }
    expect(findApiKey(loadSettings({}, withKey), withKey)).toBe(KEYS[0])
    writeFileSync(at('root', 'wandb', 'settings'), '')
    const elsewhere = { ...env, WANDB_BASE_URL: 'http://127.0.0.1:10' }
    expect(() => findApiKey(loadSettings({}, elsewhere), elsewhere)).toThrow(/No API key for 127\.0\.0\.1:10/)
  })

  it('never show a key that is wrong', () => {
    expect(() => loadSettings({ apiKey: 12345 as never }, env)).toThrow(/"apiKey" is not shown here/)
  })
})
