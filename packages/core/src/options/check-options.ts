import { checkTags } from '../policy/check-tags.js'
import { probeEnvironment } from '../sensors/environment.js'
import { assertWritable, DEFAULT_DIR } from '../store/run-store.js'
import { resolveRun } from '../tracker/start-tracking.js'
import type { TrackingOptions } from './definitions.js'
import { resolveOptions } from './resolve-options.js'

/**
 * Finds out whether `startTracking(options)` would accept the options, without starting anything: for callers that
 * take options long before the run begins, when an error can still be shown to somebody.
 *
 * @throws exactly what `startTracking` would throw.
 * @example
 * checkOptions({ country: 'FR', pue: 1.2 })
 */
export const checkOptions = (options: TrackingOptions = {}): void => {
  const resolved = resolveOptions(options)
  if (resolved.values.disabled) return
  checkTags(resolved.values.tags ?? {}, resolved.policies)
  resolveRun(resolved, probeEnvironment())
  assertWritable(resolved.values.dir ?? DEFAULT_DIR)
}
