/** The command was called wrongly: exit code 2, and a pointer to the help. */
export class UsageError extends Error {
  /** The command whose help to point to, if it got that far. */
  readonly command: string | undefined

  constructor(message: string, command?: string) {
    super(message)
    this.name = 'UsageError'
    this.command = command
  }
}
