import { loadKoffi } from '../koffi.js'
import { bindNvml } from './bind-nvml.js'
import type { Nvml } from './nvml.js'

export interface NvmlSettings {
  /** Where koffi is: the sampler's thread, whose code is a string, could not find it by its name. */
  readonly koffi: string
  /** Path or name of NVML. */
  readonly library: string
}

const sessions = new Map<string, Nvml>()

/**
 * NVML, initialised once per thread and library. It stays so until the process ends: where nothing else keeps the
 * driver loaded, a shutdown between two runs would set its counters to 0 and cost seconds at the next start.
 *
 * @throws koffi's error when it or the library cannot be loaded, NvmlError when the driver does not answer.
 */
export const nvmlSession = ({ koffi, library }: NvmlSettings): Nvml => {
  const open = sessions.get(library)
  if (open) return open
  const nvml = bindNvml(loadKoffi(koffi), library)
  nvml.init()
  sessions.set(library, nvml)
  return nvml
}
