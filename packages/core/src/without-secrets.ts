/** An address in a sentence ends where these begin. */
const WORD = /[^\s"'<>]+/g

/** What stands before the last @ may be a password, and passwords may hold an @ or a slash themselves. */
const withoutUser = (word: string): string => {
  const at = word.lastIndexOf('@')
  const slashes = word.indexOf('//')
  if (slashes >= 0 && slashes < at) return `${word.slice(0, slashes)}//***${word.slice(at)}`
  const colon = word.indexOf(':')
  return colon > 0 && colon + 1 < at ? `***${word.slice(at)}` : word
}

const withoutQuery = (word: string): string => {
  const mark = word.indexOf('?')
  return mark >= 0 && word.includes('=', mark) ? `${word.slice(0, mark)}?***` : word
}

/**
 * A text for people without what may be secret in the addresses that it holds: a name with its password, and all behind a
 * question mark.
 *
 * @example
 * withoutSecrets('no answer from http://ada:pw@example.com/a?key=1') // 'no answer from http://***@example.com/a?***'
 */
export const withoutSecrets = (text: string): string =>
  text.replace(WORD, word => withoutQuery(withoutUser(word)))

const SECRET_KEY = /pass|token|secret|key|auth|cookie|credential|headers/i

/** A value as JSON, without what its keys say to be secret, and addresses as above. */
export const openJson = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value, (key, inner: unknown) => {
      if (SECRET_KEY.test(key) && inner !== null && inner !== undefined) return '***'
      return typeof inner === 'string' ? withoutSecrets(inner) : inner
    })
  } catch {
    return 'something that cannot be written as JSON'
  }
}
