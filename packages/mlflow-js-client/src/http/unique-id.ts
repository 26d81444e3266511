/** 32 hex digits. Not `randomUUID`, which pages served over plain http do not have. */
export const uniqueId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
