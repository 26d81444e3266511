import { loadKoffi } from '../koffi.js'
import type { AmdSmi } from './amd-smi.js'
import { bindAmdSmi } from './bind-amd-smi.js'

export interface AmdSmiSettings {
  /** Where koffi is: the sampler's thread, whose code is a string, could not find it by its name. */
  readonly koffi: string
  /** Path of the library. */
  readonly library: string
}

const sessions = new Map<string, AmdSmi>()

/**
 * AMD SMI, initialised once per thread and library, until the process ends.
 *
 * @throws koffi's error when it or the library cannot be loaded, AmdSmiError when the driver does not answer.
 */
export const amdSmiSession = ({ koffi, library }: AmdSmiSettings): AmdSmi => {
  const open = sessions.get(library)
  if (open) return open
  const smi = bindAmdSmi(loadKoffi(koffi), library)
  smi.init()
  sessions.set(library, smi)
  return smi
}
