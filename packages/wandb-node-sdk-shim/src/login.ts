import { WandbError } from './errors.js'
import { VIEWER } from './graphql/operations.js'
import { createClient, type JsonObject } from './http/wandb-client.js'
import { checkedApiKey } from './settings/api-key.js'
import { loadSettings, lookUpApiKey } from './settings/node-settings.js'
import { saveApiKey } from './settings/save-api-key.js'
import type { SettingsInput } from './settings/settings.js'

/** Which key for which server. */
export interface LoginOptions {
  /** Kept in netrc for later runs. Without one, the key that `init` would use. */
  key?: string
  /** The server; default WANDB_BASE_URL, else W&B's own. */
  host?: string
  /** Asks the server whether it takes the key, before it is kept. Default true. */
  verify?: boolean
  settings?: SettingsInput
}

/** Longest wait for the server's answer, in seconds. */
const TIMEOUT_SECONDS = 30

/**
 * Makes sure that there is an API key, and that the server takes it. Answers false if there is none: nobody is asked at
 * the terminal.
 *
 * @throws {WandbError} `AUTHENTICATION` for a key that cannot be one or that the server refuses, `COMMUNICATION` if it
 *   does not answer, `USAGE` if the key cannot be kept.
 *
 * @example
 * if (!(await login())) console.log('Set WANDB_API_KEY, or pass login({ key }).')
 */
export const login = async ({
  key,
  host,
  verify = true,
  settings: input = {},
}: LoginOptions = {}): Promise<boolean> => {
  const settings = loadSettings({ ...input, ...(host === undefined ? {} : { baseUrl: host }) })
  const apiKey = key === undefined ? lookUpApiKey(settings) : checkedApiKey(key, 'login')
  if (apiKey === undefined) return false
  if (verify) {
    const client = createClient({ settings, apiKey, attempts: 4 })
    const data = await client.query(VIEWER, {}, AbortSignal.timeout(TIMEOUT_SECONDS * 1000))
    if (!(data.viewer as JsonObject | null)) {
      throw new WandbError('AUTHENTICATION', `${settings.baseUrl} knows nobody by this API key.`)
    }
  }
  if (key !== undefined) saveApiKey(settings.baseUrl, apiKey)
  return true
}
