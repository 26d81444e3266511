import { connect, NOTHING_BEFORE } from './connect.js'
import { WandbError } from './errors.js'
import { type InitOptions, prepareRun, runRecordOf } from './prepare-run.js'
import type { BodyOf, RecordBody } from './record/record-body.js'
import { Run } from './run/run.js'
import { RunConfig } from './run/run-config.js'
import { SummaryTree } from './run/summary-tree.js'
import { checkedApiKey } from './settings/api-key.js'
import { randomId } from './settings/run-id.js'
import { resolveSettings, type Settings, type SettingsInput } from './settings/settings.js'
import { MemoryStorage } from './storage/memory-storage.js'

/** A page has neither variables nor settings files: what is not given is the default. */
const load = (input: SettingsInput): Settings => resolveSettings(input, { name: '', values: {} }, [], '')

/** What the types of Node do not know of a page. */
const { navigator } = globalThis as { navigator?: { readonly hardwareConcurrency?: number } }

const describePage = (settings: Settings): BodyOf<'environment'> => ({
  os: 'browser',
  program: settings.program ?? '',
  host: settings.host ?? '',
  ...(settings.username ? { username: settings.username } : {}),
  ...(navigator?.hardwareConcurrency ? { cpuCountLogical: navigator.hardwareConcurrency } : {}),
  writerId: randomId(32),
})

/**
 * Starts a run in a page. Modes are `online` and `disabled`: there is no file to keep an offline run in. Options are
 * those of Node, but for `dir`. Whoever opens the page sees the key in it, so let a server of yours add the key, and
 * name that server as `settings.baseUrl`; then give no key.
 *
 * @throws {WandbError} `USAGE`, `AUTHENTICATION` or `COMMUNICATION`, the latter at the latest after
 *   `settings.initTimeout` seconds.
 *
 * @example
 * const run = await init({ project: 'digits', settings: { baseUrl: 'https://proxy.example' } })
 * run.log({ loss: 0.3 })
 * await run.finish()
 */
export const init = async (options: InitOptions = {}): Promise<Run> => {
  const prepared = prepareRun(options, load)
  const { settings, terminal, startTime, isBackdated, identity } = prepared
  if (settings.mode === 'offline') {
    throw new WandbError(
      'USAGE',
      'mode "offline" needs a file system; in a browser accepted: online, disabled.',
    )
  }
  let write: (body: RecordBody) => void = () => {}
  const config = new RunConfig(options.config ?? {}, body => write(body))
  const common = { settings, startTime, isBackdated, config, terminal, onClosed: () => {} }
  if (settings.mode === 'disabled') {
    const fresh = { summary: new SummaryTree(), ...NOTHING_BEFORE }
    return new Run({ ...common, ...fresh, identity, storage: undefined, write, link: undefined })
  }
  const environment = describePage(settings)
  const storage = new MemoryStorage()
  const { apiKey } = settings
  const connected = await connect({
    prepared,
    record: runRecordOf(prepared, config, environment, 'browser'),
    environment,
    config,
    storage,
    apiKey: () => (apiKey === undefined ? undefined : checkedApiKey(apiKey, 'settings.apiKey')),
  })
  const { uploader } = connected
  write = body => uploader.accept(body)
  const run = new Run({
    ...common,
    ...connected.continued,
    identity: connected.identity,
    storage,
    write,
    link: uploader,
  })
  terminal.say(`Run ${run.name || run.id}: ${run.url}`)
  return run
}
