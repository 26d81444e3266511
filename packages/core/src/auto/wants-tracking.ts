/** Set by a process that is tracked: the energy of those that it starts is in its run already. */
export const PARENT_RUN = 'EPOCHWATT_PARENT_RUN'

/** Programs that prepare work rather than do it. They start in the hundreds, and each would be a run. */
const TOOLS =
  /^(?:npm|npx|pnpm|pnpx|yarn|yarnpkg|corepack|node-gyp|epochwatt)(?:-cli)?(?:\.[cm]?js)?$|^epochwatt\/dist\/bin\.js$/

export interface ProcessFacts {
  readonly isMainThread: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** As `process.argv`. */
  readonly argv: readonly string[]
}

/** Whether a process that nobody asked about is one whose work should be tracked. */
export const wantsTracking = ({ isMainThread, env, argv }: ProcessFacts): boolean => {
  if (!isMainThread || env[PARENT_RUN]) return false
  const script = argv[1]
  if (script === undefined) return true
  const parts = script.split(/[\\/]/)
  return !TOOLS.test(parts.at(-1)!) && !TOOLS.test(parts.slice(-3).join('/'))
}
