/** Of headers whose value is nobody's to see, by their names: schemes of companies have names of their own. */
const SECRET_NAME = /auth|key|token|secret|cookie|signature|credential|password/i

/** Shorter words than these stand in any sentence. */
const SHORTEST = 4

const decoded = (text: string): string => {
  try {
    return atob(text)
  } catch {
    return ''
  }
}

/** A header's value, what follows its scheme, and the password in that. */
const secretsOf = (value: string): string[] => {
  const credentials = value.slice(value.indexOf(' ') + 1).trim()
  const pair = decoded(credentials)
  return [value, credentials, pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : '']
}

/** Some servers and gateways repeat in an error what they were sent, and errors are written down. */
export const withoutSecrets = (text: string, headers: Headers): string =>
  [...headers]
    .filter(([name]) => SECRET_NAME.test(name))
    .flatMap(([, value]) => secretsOf(value))
    .filter(secret => secret.length >= SHORTEST)
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
