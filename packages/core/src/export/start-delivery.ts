import { messageOf } from '../errors.js'
import { lockDelivery, unlockDelivery } from './delivery-lock.js'
import { noteExporter, noteKeys, readNote } from './delivery-note.js'
import type { CarriedExporter } from './delivery-worker-protocol.js'
import type { ExportedRun, ExporterOrigin, RunExporter } from './exporter.js'
import type { AutomaticExporter } from './known-trackers.js'
import { isPortable, loadExporter } from './portable.js'
import { type ExportOutcome, RunDelivery } from './run-delivery.js'
import { undeliveredOf } from './undelivered.js'
import { startWorkerDelivery, type WorkerDelivery } from './worker-delivery.js'

const UPDATE_EVERY_MS = 1000
const OFFLINE = 'the run was told to be offline'

export interface DeliveryPlan {
  readonly directory: string
  readonly run: ExportedRun
  /** Given in code. */
  readonly exporters: readonly RunExporter[]
  /** Turned on by the environment. */
  readonly automatic: readonly AutomaticExporter[]
  /** What nobody asked for in code is only noted, for `epochwatt sync` to deliver when there is a network. */
  readonly isOffline: boolean
}

/** Delivery of a run that is being tracked. Nothing here throws or rejects. */
export interface Delivery {
  /** Events are made on this thread: a window that ends needs a full reading first. */
  readonly derivesHere: boolean
  /** A window has ended and its readings are in the journal. */
  update(): void
  /** The record is written: delivers what is left, within `timeoutMs`. */
  finish(timeoutMs: number): Promise<readonly ExportOutcome[]>
  /** Ends everything now; what is undelivered stays beside the journal. */
  abandon(): void
}

interface Member {
  readonly key: string
  readonly name: string
  readonly origin?: ExporterOrigin
  /** As another thread makes it. */
  readonly carried?: CarriedExporter
  /** As this one does. */
  readonly make: () => RunExporter | Promise<RunExporter>
}

const membersOf = ({ exporters, automatic }: DeliveryPlan): Member[] => {
  const keys = noteKeys([...exporters, ...automatic].map(({ name }) => name))
  return [
    ...exporters.map((exporter, index): Member => {
      const { name, origin } = exporter
      const own = { key: keys[index]!, name, ...(origin && { origin }) }
      return {
        ...own,
        make: () => exporter,
        ...(isPortable(exporter) && { carried: { ...own, ...exporter.portable } }),
      }
    }),
    ...automatic.map(({ name, package: packageName, module }, index): Member => {
      const origin = { package: packageName, destination: {} }
      const own = { key: keys[exporters.length + index]!, name, origin }
      return { ...own, carried: { ...own, module, options: {} }, make: () => loadExporter(module, {}) }
    }),
  ]
}

const outcomeOf = (directory: string, { key, name }: Member): ExportOutcome => {
  const note = readNote(directory, key)
  return {
    key,
    name,
    delivered: note?.delivered ?? 0,
    waiting: note ? undeliveredOf(directory, note) : 0,
    error: note?.error ?? 'no answer in time',
  }
}

/** Begins to deliver a run's events: by a thread of their own where exporters can be carried there, else from here. */
export const startDelivery = (plan: DeliveryPlan): Delivery => {
  const { directory, run } = plan
  const all = membersOf(plan)
  const members = plan.isOffline ? all.slice(0, plan.exporters.length) : all
  for (const member of all.slice(members.length)) noteExporter(directory, member, OFFLINE)
  const here = new RunDelivery({ directory, run })
  /** Exporters that have a lane here. */
  const local = new Set<string>()
  let derivesHere = false
  let worker: WorkerDelivery | undefined
  let timer: NodeJS.Timeout | undefined

  const addHere = async (member: Member): Promise<void> => {
    try {
      const made = member.make()
      here.add({ key: member.key, exporter: made instanceof Promise ? await made : made })
      local.add(member.key)
    } catch (error) {
      noteExporter(directory, member, messageOf(error))
    }
    timer ??= setInterval(() => here.update(), UPDATE_EVERY_MS)
    timer.unref()
  }
  const deriveHere = (): void => {
    derivesHere = true
    here.takeOver()
  }

  if (members.length > 0) lockDelivery(directory)
  const carried = members.flatMap(member => member.carried ?? [])
  if (carried.length > 0) {
    const order = { directory, run, exporters: carried }
    try {
      worker = startWorkerDelivery(order, {
        onUnusable: unusable => {
          const member = members.find(({ key }) => key === unusable)
          if (member) void addHere(member)
        },
        onFailure: () => {
          deriveHere()
          for (const member of members) if (member.carried && !local.has(member.key)) void addHere(member)
        },
      })
    } catch {
      for (const member of members) if (member.carried) void addHere(member)
    }
  }
  if (!worker && members.length > 0) deriveHere()
  for (const member of members) if (!member.carried) void addHere(member)

  return {
    get derivesHere() {
      return derivesHere
    },
    update: () => here.update(),
    finish: async timeoutMs => {
      clearInterval(timer)
      const began = performance.now()
      const working = worker && !worker.hasFailed ? await worker.finish(timeoutMs) : undefined
      here.complete()
      const left = (): number => Math.max(0, timeoutMs - (performance.now() - began))
      const [early, other] = await Promise.all([here.finish(left()), working?.outcomes])
      // What the thread could not make has come over here meanwhile.
      const own = early.length < local.size ? await here.finish(left()) : early
      clearInterval(timer)
      unlockDelivery(directory)
      const known = [...own, ...(other ?? [])]
      // What cannot be made at all, and a thread that fell silent, are spoken for by their notes.
      const silent = members.filter(
        ({ key, carried: away }) => !local.has(key) && !(away && other?.some(outcome => outcome.key === key)),
      )
      return [...known, ...silent.map(member => outcomeOf(directory, member))]
    },
    abandon: () => {
      clearInterval(timer)
      worker?.end()
      unlockDelivery(directory)
    },
  }
}
