import { rmSync } from 'node:fs'
import { type Connected, connect, NOTHING_BEFORE } from './connect.js'
import { type InitOptions, prepareRun, runRecordOf } from './prepare-run.js'
import { logRows } from './record/log-rows.js'
import type { BodyOf, RecordBody } from './record/record-body.js'
import { RecordLog } from './record/record-log.js'
import { describeEnvironment, platformName } from './run/environment.js'
import { registerRun, unregisterRun } from './run/exit-hooks.js'
import { defaultProject } from './run/project-name.js'
import { forgetRunId, recallRunId, rememberRunId } from './run/resume-memory.js'
import { Run } from './run/run.js'
import { RunConfig } from './run/run-config.js'
import { createRunDirectory, linkLatest } from './run/run-directory.js'
import { SavedFiles } from './run/saved-files.js'
import { SummaryTree } from './run/summary-tree.js'
import { markSynced } from './run/synced-mark.js'
import { findApiKey, loadSettings } from './settings/node-settings.js'
import { DirectoryStorage } from './storage/directory-storage.js'
import { VERSION } from './version.js'

/**
 * Starts a run.
 *
 * @throws {WandbError} `USAGE` for a wrong option or setting; online also `AUTHENTICATION` and `COMMUNICATION`, at the
 *   latest after `settings.initTimeout` seconds.
 *
 * @example
 * const run = await init({ project: 'digits', config: { lr: 0.01 } })
 * run.log({ loss: 0.3 })
 * await run.finish()
 */
export const init = async (options: InitOptions = {}): Promise<Run> => {
  const prepared = prepareRun(options, loadSettings, {
    recall: ({ rootDir }) => recallRunId(rootDir),
    defaultProject,
  })
  const { settings, terminal, startTime, isBackdated } = prepared
  let write: (body: RecordBody) => void = () => {}
  const config = new RunConfig(options.config ?? {}, body => write(body))
  const common = { settings, startTime, isBackdated, config, terminal }
  const fresh = { summary: new SummaryTree(), ...NOTHING_BEFORE }
  if (settings.mode === 'offline' && settings.resume) {
    terminal.warn('resume is ignored offline: only the server knows the run that is to be continued.')
  }
  if (settings.mode === 'disabled') {
    const nothing = { storage: undefined, write, onClosed: () => {}, link: undefined }
    return new Run({ ...common, ...fresh, identity: prepared.identity, ...nothing })
  }

  const environment = describeEnvironment(settings, startTime)
  const record = runRecordOf(prepared, config, environment, platformName())
  const directory = createRunDirectory({
    rootDir: settings.rootDir,
    runId: prepared.identity.id,
    offline: settings.mode === 'offline',
    // Of this process, also where the run began earlier: another one may have told of it before.
    startTime: new Date(),
    warn: terminal.warn,
  })
  const storage = new DirectoryStorage(directory)
  const connected =
    settings.mode === 'online'
      ? await connectOrRemove({
          prepared,
          record,
          environment,
          config,
          storage,
          log: logRows(directory.logPath),
          apiKey: () => findApiKey(settings),
        })
      : undefined
  const { uploader } = connected ?? {}
  const identity = connected?.identity ?? prepared.identity
  const log = new RecordLog(directory.logPath, terminal.warn)
  linkLatest(directory)
  for (const body of preamble(connected?.record ?? record, environment)) log.write(body)
  write = body => {
    // The file first: what was sent must be found in it.
    const position = log.write(body)
    uploader?.accept(body, position)
  }
  const run = new Run({
    ...common,
    ...(connected?.continued ?? fresh),
    identity,
    storage,
    saved: new SavedFiles(directory.filesDir, body => write(body), terminal.warn),
    write,
    link: uploader,
    onUploaded: () => markSynced(directory.logPath),
    onClosed: (closed, exitCode) => {
      unregisterRun(closed)
      log.close()
      if (settings.resume === 'auto' && exitCode === 0) forgetRunId(settings.rootDir)
    },
  })
  registerRun(run)
  if (settings.resume === 'auto') rememberRunId(settings.rootDir, identity.id)
  terminal.say(
    uploader
      ? `Run ${identity.name || identity.id}: ${run.url}`
      : `Run ${identity.name || identity.id} is kept in ${directory.path} (offline).`,
  )
  return run
}

const connectOrRemove = async (options: Parameters<typeof connect>[0]): Promise<Connected> => {
  try {
    return await connect(options)
  } catch (error) {
    // Nothing happened that would be worth keeping.
    if (options.storage.path) rmSync(options.storage.path, { recursive: true, force: true })
    throw error
  }
}

/** The records that begin every file. */
const preamble = (run: BodyOf<'run'>, environment: BodyOf<'environment'>): RecordBody[] => [
  {
    case: 'header',
    value: { versionInfo: { producer: `wandb-node-sdk-shim ${VERSION}`, minConsumer: '0.70.0' } },
  },
  { case: 'run', value: run },
  { case: 'telemetry', value: run.telemetry ?? {} },
  { case: 'environment', value: environment },
]
