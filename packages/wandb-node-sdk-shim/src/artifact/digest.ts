import { platform } from '#platform'

/** Base64 MD5 of bytes: how W&B names the content of a file. */
export const md5Base64 = (bytes: Uint8Array | string): string => platform.hash('md5', bytes, 'base64')

/** Paths in the order of their code points; the order of `sort()` alone differs beyond the basic plane. */
export const byCodePoint = (a: string, b: string): number => {
  for (let at = 0; at < a.length && at < b.length; at++) {
    if (a[at] !== b[at]) return a.codePointAt(at)! - b.codePointAt(at)!
  }
  return a.length - b.length
}

/** Hex MD5 of an artifact: of a heading and one `path:digest` line for each file, in order. */
export const artifactDigest = (
  entries: Iterable<{ readonly path: string; readonly digest: string }>,
): string => {
  const lines = [...entries]
    .sort((a, b) => byCodePoint(a.path, b.path))
    .map(({ path, digest }) => `${path}:${digest}\n`)
  return platform.hash('md5', `wandb-artifact-manifest-v1\n${lines.join('')}`, 'hex')
}
