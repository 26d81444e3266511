const NOBODY = 65534

/**
 * Runs `body` as a user whom file modes bind: root reads a file of mode 0 without complaint. Synchronous, main thread
 * only, because the identity is the whole process's.
 */
export const withoutPrivileges = <T>(body: () => T): T => {
  if (process.geteuid?.() !== 0) return body()
  process.seteuid!(NOBODY)
  try {
    return body()
  } finally {
    process.seteuid!(0)
  }
}
