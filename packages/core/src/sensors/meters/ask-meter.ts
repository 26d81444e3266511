import { execFile } from 'node:child_process'
import { digestAuthorisation } from './digest-auth.js'
import { type HttpGet, httpGet } from './http-get.js'
import { numberAt, valueAt } from './json-path.js'
import { MeterError } from './meter-error.js'
import type { HttpAccess, MeterQuestion, MetricChoice } from './meter-question.js'
import { unitMeaning } from './meter-units.js'
import { selectSamples } from './prometheus-text.js'

/** Asks a meter once for the number it shows, in its own unit. Rejects with MeterError. */
export type AskMeter = (timeoutMs: number) => Promise<number>

const get = async (access: HttpAccess, url: string, timeoutMs: number): Promise<string> => {
  const { headers, login, allowSelfSigned } = access
  const ask: HttpGet = { url, headers, timeoutMs, allowSelfSigned }
  let reply = await httpGet(ask)
  const challenge = reply.headers['www-authenticate']
  if (reply.status === 401 && login && typeof challenge === 'string') {
    const { pathname, search } = new URL(url)
    const authorization = digestAuthorisation({ challenge, ...login, path: `${pathname}${search}` })
    if (authorization) reply = await httpGet({ ...ask, headers: { ...headers, authorization } })
  }
  const { status, text } = reply
  if (status === 401 || status === 403) throw new MeterError('EUNAUTHORISED')
  if (status >= 300 && status < 400) throw new MeterError('EREDIRECT')
  if (status !== 200) throw new MeterError(`EHTTP${status}`)
  return text
}

const getJson = async (access: HttpAccess, url: string, timeoutMs: number): Promise<unknown> => {
  const text = await get(access, url, timeoutMs)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MeterError('ENOJSON', { cause })
  }
}

/** Meters count what the machine takes: a negative number is a clamp put on backwards, or solar power. */
const usable = (value: number): number => {
  if (!Number.isFinite(value)) throw new MeterError('ENOVALUE')
  if (value < 0) throw new MeterError('ENEGATIVE')
  return value
}

const askHomeAssistant =
  (http: HttpAccess): AskMeter =>
  async timeoutMs => {
    const state = await getJson(http, http.url, timeoutMs)
    const unit = valueAt(state, ['attributes', 'unit_of_measurement'])
    if (unit !== 'W' && unit !== 'kW' && unit !== 'mW') throw new MeterError('EUNIT')
    // `unavailable` and `unknown` are states too.
    return usable(numberAt(state, ['state']) * unitMeaning(unit).scale)
  }

const sumOf = (page: string, choices: readonly MetricChoice[]): number | undefined => {
  let sum = 0
  let count = 0
  for (const { metric, labels, patterns = {}, oncePer } of choices) {
    const patterned = Object.entries(patterns).map(
      ([name, text]) => [name, new RegExp(`^(?:${text})$`)] as const,
    )
    const found = selectSamples(page, {
      metric,
      labels: { ...labels, ...Object.fromEntries(patterned) },
      ...(oncePer !== undefined && { oncePer }),
    })
    sum += found.sum
    count += found.count
  }
  return count > 0 ? sum : undefined
}

const askPrometheus =
  ({ http, choices }: Extract<MeterQuestion, { kind: 'prometheus' }>): AskMeter =>
  async timeoutMs => {
    const page = await get(http, http.url, timeoutMs)
    for (const choice of choices) {
      const sum = sumOf(page, choice)
      if (sum !== undefined) return usable(sum)
    }
    throw new MeterError('ENOMETRIC')
  }

/** One board in a server reports its power control, the power supplies among it; only the first entry is the whole. */
const askRedfish = ({ http, chassis }: Extract<MeterQuestion, { kind: 'redfish' }>): AskMeter => {
  const root = new URL(http.url).origin
  let path: string | undefined
  return async timeoutMs => {
    // Three requests at most, and the limit is for all of them.
    const until = performance.now() + timeoutMs
    const ask = (at: string): Promise<unknown> =>
      getJson(http, `${root}${at}`, Math.max(1, Math.ceil(until - performance.now())))
    if (chassis !== undefined) path = `/redfish/v1/Chassis/${encodeURIComponent(chassis)}`
    if (path === undefined) {
      const first = valueAt(await ask('/redfish/v1/Chassis'), ['Members', '0', '@odata.id'])
      if (typeof first !== 'string' || !first.startsWith('/')) throw new MeterError('ENOVALUE')
      path = first.replace(/\/+$/, '')
    }
    const watts = await ask(`${path}/Power`).then(
      power => numberAt(power, ['PowerControl', '0', 'PowerConsumedWatts']),
      error => {
        // Since 2020.4 boards may have the environment's metrics instead.
        if ((error as MeterError).code === 'EHTTP404') return Number.NaN
        throw error
      },
    )
    if (Number.isFinite(watts)) return usable(watts)
    return usable(numberAt(await ask(`${path}/EnvironmentMetrics`), ['PowerWatts', 'Reading']))
  }
}

const askIpmi =
  (command: string): AskMeter =>
  timeoutMs =>
    new Promise((resolve, reject) => {
      const options = {
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        encoding: 'latin1',
        windowsHide: true,
      } as const
      execFile(command, ['dcmi', 'power', 'reading'], options, (error, printed, complaint) => {
        if (error) {
          const { code, killed } = error
          const isDenied = /could not open device|permission denied/i.test(complaint)
          const known = typeof code === 'string' ? code : isDenied ? 'EACCES' : 'EFAILED'
          reject(new MeterError(killed ? 'ETIMEDOUT' : known, { cause: error }))
          return
        }
        const watts = /Instantaneous power reading:\s*(\d+)\s*Watts/i.exec(printed)?.[1]
        const isOff = /Power reading state is:\s*deactivated/i.test(printed)
        if (isOff) reject(new MeterError('EINACTIVE'))
        else if (watts === undefined) reject(new MeterError('ENOVALUE'))
        else resolve(Number(watts))
      })
    })

/** How to ask a meter. What it learns on the way, such as the path of a chassis, it keeps. */
export const askMeter = (question: MeterQuestion): AskMeter => {
  switch (question.kind) {
    case 'json':
      return async timeoutMs =>
        usable(numberAt(await getJson(question.http, question.http.url, timeoutMs), question.keys))
    case 'home-assistant':
      return askHomeAssistant(question.http)
    case 'prometheus':
      return askPrometheus(question)
    case 'redfish':
      return askRedfish(question)
    case 'ipmi':
      return askIpmi(question.command)
  }
}
