/**
 * An address without what may be secret in it: what stands before the last @, since passwords may hold an @ or a slash
 * themselves, and all behind a question mark. Of an scp-like address (`git@host:a.git`) the user stays: it is no secret.
 */
export const openAddress = (address: string): string =>
  address.replace(/\/\/.*@/, '//').replace(/[?#].*$/, '')
