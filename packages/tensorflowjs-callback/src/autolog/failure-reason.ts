/** Enough for a sentence. */
const MOST = 200

/** Absolute paths and addresses, which say more about a machine than a record should. */
const PATH = /(?<=^|[\s'"`(])(?:file:\/\/)?(?:[A-Za-z]:)?[\\/][^\s'"`)]+/g

/** Why a training failed, for its record. */
export const failureReason = (error: unknown): string => {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  const [line = ''] = message.replace(PATH, '…').split('\n')
  const short = line.length > MOST ? `${line.slice(0, MOST)}…` : line
  return `model.fit threw ${name}: ${short}`
}
