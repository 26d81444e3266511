import { createHash, randomBytes } from 'node:crypto'

const ALGORITHMS: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256' }

export interface DigestQuestion {
  /** The `WWW-Authenticate` header of a 401. */
  readonly challenge: string
  readonly username: string
  readonly password: string
  /** Path and query of the request. */
  readonly path: string
  /** For tests; random otherwise. */
  readonly clientNonce?: string
}

/**
 * The `Authorization` header that answers a Digest challenge (RFC 7616, quality of protection `auth`), which Shelly's
 * second generation asks for; undefined for a challenge of another kind.
 */
export const digestAuthorisation = (question: DigestQuestion): string | undefined => {
  const { challenge, username, password, path, clientNonce = randomBytes(8).toString('hex') } = question
  if (!/^digest\s/i.test(challenge)) return undefined
  const fields = new Map<string, string>()
  for (const [, name, quoted, plain] of challenge.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)) {
    fields.set(name!.toLowerCase(), quoted ?? plain!)
  }
  const algorithm = fields.get('algorithm') ?? 'MD5'
  const name = ALGORITHMS[algorithm.toUpperCase()]
  const realm = fields.get('realm')
  const nonce = fields.get('nonce')
  if (!name || realm === undefined || nonce === undefined) return undefined
  const hash = (text: string): string => createHash(name).update(text).digest('hex')
  const count = '00000001'
  const secret = hash(`${username}:${realm}:${password}`)
  const response = hash(`${secret}:${nonce}:${count}:${clientNonce}:auth:${hash(`GET:${path}`)}`)
  const opaque = fields.get('opaque')
  return [
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${path}", algorithm=${algorithm}`,
    `qop=auth, nc=${count}, cnonce="${clientNonce}", response="${response}"`,
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
  ].join(', ')
}
