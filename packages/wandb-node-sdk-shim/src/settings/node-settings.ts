import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { checkedApiKey, missingApiKey } from './api-key.js'
import { parseIniDefaults } from './ini.js'
import { netrcPassword } from './netrc.js'
import { resolveSettings, type Settings, type SettingsInput, type SettingsSource } from './settings.js'

type Environment = Readonly<Record<string, string | undefined>>

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * The settings in force for a process: arguments, `env`, `./wandb/settings`, `~/.config/wandb/settings`, defaults.
 *
 * @example
 * ```ts
 * const { baseUrl, mode } = loadSettings({ mode: 'offline' })
 * ```
 */
export const loadSettings = (input: SettingsInput, env: Environment = process.env): Settings => {
  const rootDir = input.rootDir ?? env.WANDB_DIR ?? process.cwd()
  const configDir = env.WANDB_CONFIG_DIR || join(homedir(), '.config', 'wandb')
  const files: SettingsSource[] = []
  for (const path of [join(rootDir, 'wandb', 'settings'), join(configDir, 'settings')]) {
    const text = readText(path)
    if (text !== undefined) files.push({ name: path, values: parseIniDefaults(text) })
  }
  return resolveSettings(input, { name: '', values: env }, files, process.cwd())
}

/**
 * The API key for a server: from the settings, else from netrc (`$NETRC`, `~/.netrc`, `~/_netrc`).
 *
 * @throws {WandbError} `AUTHENTICATION` if it cannot be one.
 */
export const lookUpApiKey = (settings: Settings, env: Environment = process.env): string | undefined => {
  if (settings.apiKey) return checkedApiKey(settings.apiKey, 'the settings (WANDB_API_KEY)')
  const paths = env.NETRC ? [env.NETRC] : [join(homedir(), '.netrc'), join(homedir(), '_netrc')]
  for (const path of paths) {
    const password = netrcPassword(readText(path) ?? '', new URL(settings.baseUrl).host)
    if (password) return checkedApiKey(password, path)
  }
  return undefined
}

/**
 * The same, where there must be one.
 *
 * @throws {WandbError} `AUTHENTICATION` if there is none or it cannot be one.
 */
export const findApiKey = (settings: Settings, env?: Environment): string => {
  const found = lookUpApiKey(settings, env)
  if (found === undefined) throw missingApiKey(settings.baseUrl)
  return found
}
