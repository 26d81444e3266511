import { describeHardware } from './describe-hardware.js'

let description: ReturnType<typeof describeHardware> | undefined

/** The machine does not change while a process lives: a search of a hundred runs describes it once. */
export const hardwareOnce = (timeoutMs: number): ReturnType<typeof describeHardware> => {
  description ??= describeHardware({ timeoutMs })
  return description
}
