import type { UnavailableSensor } from '../sensor.js'

/** A board as the list of visible devices may name it: by its place, its identity or that of one of its parts. */
export interface NamedBoard {
  readonly uuid: string
  readonly partitionUuids: readonly string[]
}

/** What a process may use of each board, by place; a board that is missing is hidden. */
export type VisibleBoards = ReadonlyMap<number, 'all' | readonly string[]>

/** Place of the one board whose identity begins so; several, and CUDA takes none. */
const byUuid = (boards: readonly NamedBoard[], prefix: string): number | undefined => {
  const matching = [...boards.keys()].filter(place => boards[place]!.uuid.startsWith(prefix))
  return matching.length === 1 ? matching[0] : undefined
}

const byPartition = (boards: readonly NamedBoard[], uuid: string): number | undefined => {
  const place = boards.findIndex(({ partitionUuids }) => partitionUuids.includes(uuid))
  return place < 0 ? undefined : place
}

/**
 * What `CUDA_VISIBLE_DEVICES` lets a process use: numbers, `GPU-…` identities or beginnings of them, `MIG-…`
 * identities, separated by commas. As in CUDA, everything after the first invalid entry is hidden, and an empty list
 * hides all.
 *
 * Numbers are taken in PCI order. CUDA puts the fastest board first unless CUDA_DEVICE_ORDER=PCI_BUS_ID, which is the
 * same where all boards are of one kind.
 */
export const visibleBoards = (list: string | undefined, boards: readonly NamedBoard[]): VisibleBoards => {
  const visible = new Map<number, 'all' | readonly string[]>()
  if (list === undefined) {
    for (const place of boards.keys()) visible.set(place, 'all')
    return visible
  }
  for (const entry of list.split(',').map(part => part.trim())) {
    if (entry.startsWith('MIG-')) {
      const place = byPartition(boards, entry)
      if (place === undefined) break
      const parts = visible.get(place)
      if (parts !== 'all') visible.set(place, [...(parts ?? []), entry])
      continue
    }
    const place = /^\d+$/.test(entry)
      ? Number(entry)
      : entry.startsWith('GPU-')
        ? byUuid(boards, entry)
        : undefined
    if (place === undefined || place >= boards.length) break
    visible.set(place, 'all')
  }
  return visible
}

export const hiddenBoard = (id: string): UnavailableSensor => ({
  id,
  domain: 'gpu',
  state: 'absent',
  reason: 'CUDA_VISIBLE_DEVICES hides this GPU from the process',
})
