import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** In memory where the machine has such a place: a million cases are not for a disk. */
const HOME = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A folder whose files are written anew for every case, and that goes away with the process. */
export const scratchFolder = () => {
  const folder = mkdtempSync(join(HOME, 'epochwatt-fuzz-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return {
    folder,
    write: (name: string, content: string | Uint8Array): string => {
      const path = join(folder, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, content)
      return path
    },
  }
}
