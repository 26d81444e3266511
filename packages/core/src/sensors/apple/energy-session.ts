import { loadKoffi } from '../koffi.js'
import { bindIoReport } from './bind-io-report.js'
import type { IoReport } from './io-report.js'

/** All channels come with one question: the sensors of a round share its answer. */
const SHARED_MS = 20

/** The energy model of this machine, asked at most once a round. */
export interface EnergySession {
  /** Values by channel. @throws when the system does not say. */
  values(): ReadonlyMap<string, number>
}

/** @param now Milliseconds of a monotonic clock. */
export const energySession = (report: IoReport, now: () => number): EnergySession => {
  let askedAt = Number.NEGATIVE_INFINITY
  let latest: ReadonlyMap<string, number> = new Map()
  return {
    values() {
      if (now() - askedAt <= SHARED_MS) return latest
      latest = new Map(report.energyModel().map(({ name, value }) => [name, value]))
      askedAt = now()
      return latest
    },
  }
}

let report: IoReport | undefined
let session: EnergySession | undefined

/** IOReport, subscribed to once per thread. @throws where it cannot be had. */
export const systemReport = (koffi: string): IoReport => {
  report ??= bindIoReport(loadKoffi(koffi))
  return report
}

export const systemSession = (koffi: string): EnergySession => {
  session ??= energySession(systemReport(koffi), () => performance.now())
  return session
}
