import type { Tracker } from '@epochwatt/core'
import type { Call, OptionSpec } from './command.js'
import type { Console } from './console.js'
import { loadPlugin } from './load-plugin.js'
import { UsageError } from './usage-error.js'

/** `--metrics-port`, for commands that track something which lasts. */
export const METRICS_PORT_OPTION: OptionSpec = {
  type: 'string',
  value: 'PORT',
  description:
    'Serve the figures so far as Prometheus text on 127.0.0.1 (0: any port). A Python W&B run in the command charts them. Needs @epochwatt/wandb-plugin.',
}

/** What the tracked command gets of it. */
export interface ServedMetrics {
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

/**
 * How to serve a tracker's figures if the call asks for it. What is wrong with the call is thrown here, before anything
 * is tracked; later nothing is: a port that cannot be had must not cost a training.
 *
 * @throws UsageError for a wrong port, EpochwattError `PLUGIN_MISSING`.
 */
export const metricsServing = async (
  call: Call,
  console: Console,
  command: string,
): Promise<(tracker: Tracker) => Promise<ServedMetrics | undefined>> => {
  const text = call.text('metrics-port')
  if (text === undefined) return async () => undefined
  const port = Number(text)
  if (text.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(
      `Option "--metrics-port" is "${text}"; accepted: a whole number from 0 to 65535.`,
      command,
    )
  const { serveMetrics } = await loadPlugin(
    '@epochwatt/wandb-plugin',
    'Serving figures',
    () => import('@epochwatt/wandb-plugin'),
  )
  return async tracker => {
    try {
      const served = await serveMetrics(tracker, { port })
      console.err(`epochwatt: figures so far are at ${served.url}\n`)
      // Whoever has set the variable means other pages.
      return process.env.WANDB_X_STATS_OPEN_METRICS_ENDPOINTS ? { ...served, env: {} } : served
    } catch (error) {
      console.err(`epochwatt: figures are not served (${(error as Error).message}).\n`)
      return undefined
    }
  }
}
