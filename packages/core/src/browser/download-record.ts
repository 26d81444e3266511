import type { RunRecord } from '../record/record.js'

/**
 * A record as a file, as `epochwatt report FILE` and other programs take it.
 *
 * @example
 * const form = new FormData()
 * form.append('record', recordFile(record))
 */
export const recordFile = (record: RunRecord): File =>
  new File([`${JSON.stringify(record, undefined, 2)}\n`], `epochwatt-${record.id}.json`, {
    type: 'application/json',
  })

/**
 * Offers a record to the user as a download. Call it from a click: browsers ask before a page downloads by itself.
 *
 * @example
 * button.onclick = () => downloadRecord(record)
 */
export const downloadRecord = (record: RunRecord): void => {
  const file = recordFile(record)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = file.name
  link.click()
  // Browsers fetch it after the click's task.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
