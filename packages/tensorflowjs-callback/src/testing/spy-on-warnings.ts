import { vi } from 'vitest'

/** What was said to the user by the platform's warnings, which are not printed meanwhile. */
export const spyOnWarnings = (): (() => string[]) => {
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  return () => spy.mock.calls.map(([message]) => String(message))
}
