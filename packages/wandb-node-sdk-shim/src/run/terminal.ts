import { platform } from '#platform'

/** Lines for the person at the terminal, on standard error, as the Python SDK writes them. */
export interface Terminal {
  say(message: string): void
  /** A warning; each `topic` (the text itself, if none is given) once, so that a loop cannot flood the terminal. */
  warn(message: string, topic?: string): void
}

const MAX_WARNINGS = 100

export const createTerminal = ({ silent, quiet }: { silent: boolean; quiet: boolean }): Terminal => {
  const warned = new Set<string>()
  const print = (text: string) => platform.print(`wandb: ${text}`)
  return {
    say: message => {
      if (!silent && !quiet) print(message)
    },
    warn: (message, topic = message) => {
      if (silent || warned.has(topic) || warned.size >= MAX_WARNINGS) return
      warned.add(topic)
      print(`WARNING ${message}`)
    },
  }
}
