import type { Koffi } from '../koffi.js'
import { nativeCalls } from '../native-calls.js'
import { AMD_SMI_STATUS, type AmdSmi, AmdSmiError, type AmdSmiGpu } from './amd-smi.js'

const POINTER = 'void *'

/** `AMDSMI_INIT_AMD_GPUS`. */
const GPUS_ONLY = 2

const HANDLE_BYTES = 8
const MOST_HANDLES = 256

/** `amdsmi_asic_info_t` has grown with every release; all of them begin with the name. */
const ASIC_INFO_BYTES = 8192

const uint64 = (buffer: Buffer): number => buffer.readUInt32LE(4) * 2 ** 32 + buffer.readUInt32LE(0)

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0')

/** `amdsmi_bdf_t`: function 3 bits, device 5, bus 8, domain 48. */
const pciAddressOf = (bdf: Buffer): string => {
  const low = bdf.readUInt16LE(0)
  const domain = bdf.readUInt32LE(2)
  return `${hex(domain, 4)}:${hex(low >>> 8, 2)}:${hex((low >>> 3) & 0x1f, 2)}.${low & 7}`
}

/**
 * AMD SMI through koffi, with the few calls whose form has stayed the same since its first release.
 *
 * @param path Path or name of the library.
 * @throws koffi's error when the library cannot be loaded.
 */
export const bindAmdSmi = (koffi: Koffi, path: string): AmdSmi => {
  const bind = nativeCalls(
    koffi,
    path,
    (call, status) => new AmdSmiError(call, status),
    AMD_SMI_STATUS.loadSymbol,
  )

  const init = bind('amdsmi_init', 'uint64_t')
  const getSockets = bind('amdsmi_get_socket_handles', POINTER, POINTER)
  const getProcessors = bind('amdsmi_get_processor_handles', POINTER, POINTER, POINTER)
  const getBdf = bind('amdsmi_get_gpu_device_bdf', POINTER, POINTER)
  const getAsic = bind('amdsmi_get_gpu_asic_info', POINTER, POINTER)
  const getEnergy = bind('amdsmi_get_energy_count', POINTER, POINTER, POINTER, POINTER)

  const accumulator = Buffer.alloc(8)
  const resolution = Buffer.alloc(4)
  const timestamp = Buffer.alloc(8)

  /** Handles of a list that is asked for with as much room as it may ever need. */
  const handles = (ask: (count: Buffer, list: Buffer) => void): unknown[] => {
    const count = Buffer.alloc(4)
    const list = Buffer.alloc(MOST_HANDLES * HANDLE_BYTES)
    count.writeUInt32LE(MOST_HANDLES)
    ask(count, list)
    const found = Math.min(count.readUInt32LE(0), MOST_HANDLES)
    return Array.from({ length: found }, (_, at) =>
      koffi.decode(list.subarray(at * HANDLE_BYTES, (at + 1) * HANDLE_BYTES), POINTER),
    )
  }

  const gpu = (handle: unknown): AmdSmiGpu => ({
    pciAddress() {
      getBdf(handle, accumulator)
      return pciAddressOf(accumulator)
    },
    name() {
      const info = Buffer.alloc(ASIC_INFO_BYTES)
      getAsic(handle, info)
      return info.toString('latin1', 0, Math.max(0, info.indexOf(0)))
    },
    energy() {
      getEnergy(handle, accumulator, resolution, timestamp)
      return { accumulator: uint64(accumulator), microjoulesPerStep: resolution.readFloatLE(0) }
    },
  })

  return {
    init: () => init(GPUS_ONLY),
    gpus: () =>
      handles((count, list) => getSockets(count, list)).flatMap(socket =>
        handles((count, list) => getProcessors(socket, count, list)).map(gpu),
      ),
  }
}
