import { WandbError } from '../errors.js'

/**
 * A usable API key, or an error that says what is wrong with it without repeating it.
 *
 * @throws {WandbError} `AUTHENTICATION`.
 */
export const checkedApiKey = (key: string, source: string): string => {
  const trimmed = key.trim()
  // Keys of self-managed servers carry a prefix, `local-<key>`. A key may also be a three-part JWT.
  const secret = trimmed.slice(trimmed.indexOf('-') + 1)
  const isToken = trimmed.split('.').length === 3 && /^[\w.-]+$/.test(trimmed)
  if (!isToken && !(/^[\w-]+$/.test(trimmed) && (secret.length >= 40 || trimmed.length >= 40))) {
    throw new WandbError(
      'AUTHENTICATION',
      `The API key in ${source} has ${trimmed.length} characters; a W&B key has at least 40 letters, digits, "_" or "-". ` +
        'Copy it from the "authorize" page of your W&B server.',
    )
  }
  return trimmed
}

/** Where a key could have been and was not. */
export const missingApiKey = (baseUrl: string): WandbError =>
  new WandbError(
    'AUTHENTICATION',
    `No API key for ${new URL(baseUrl).host}. Set WANDB_API_KEY, or add the machine to ~/.netrc (login "user", the key as ` +
      'password), or record the run without a server by mode "offline" and upload it later.',
  )
