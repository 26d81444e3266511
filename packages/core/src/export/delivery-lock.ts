import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createFolder } from '../store/create-folder.js'
import { currentOwner, isOwnerAlive, parseOpenMark } from '../store/owner.js'
import { writeWhole } from '../store/write-whole.js'
import { outboxPath } from './delivery-note.js'

const lockPath = (directory: string): string => join(dirname(outboxPath(directory)), 'lock')

/** Whether another process delivers this run at the moment. */
export const isBeingDelivered = (directory: string): boolean => {
  try {
    const mark = parseOpenMark(readFileSync(lockPath(directory), 'utf8'))
    return mark !== undefined && mark.owner.pid !== process.pid && isOwnerAlive(mark, directory)
  } catch {
    return false
  }
}

/** Says that this process delivers the run: its outbox has one writer at a time. Never throws. */
export const lockDelivery = (directory: string): void => {
  try {
    createFolder(dirname(lockPath(directory)))
    writeWhole(lockPath(directory), JSON.stringify({ owner: currentOwner(), samplingIntervalMs: 1000 }))
  } catch {
    // Nothing can be written there by anybody else either.
  }
}

export const unlockDelivery = (directory: string): void => {
  try {
    rmSync(lockPath(directory), { force: true })
  } catch {
    // The owner's death frees it as well.
  }
}
