import type { Koffi } from '../koffi.js'
import { nativeCalls } from '../native-calls.js'
import {
  isNvmlError,
  NVML_RETURN,
  type Nvml,
  type NvmlDevice,
  NvmlError,
  type Partition,
  type ProcessUtilisation,
} from './nvml.js'

const POINTER = 'void *'
const UINT = 'uint32_t'

const UUID_BYTES = 96
const NAME_BYTES = 96

/** `nvmlFieldValue_t`: fieldId 0, scopeId 4, timestamp 8, latency 16, valueType 24, nvmlReturn 28, value 32. */
const FIELD = { bytes: 40, returnAt: 28, valueAt: 32 } as const
const POWER_INSTANT = 186

/** `nvmlProcessInfo_t`: pid 0, usedGpuMemory 8, gpuInstanceId 16, computeInstanceId 20. */
const PROCESS_BYTES = 24

/** `nvmlProcessUtilizationSample_t`: pid 0, timeStamp 8, smUtil 16, then memory, encoder and decoder. */
const SAMPLE = { bytes: 32, timestampAt: 8, smAt: 16 } as const

/** `nvmlDeviceAttributes_t`: eight counts, of which computeInstanceSliceCount is the last, and a memory size. */
const ATTRIBUTES = { bytes: 40, computeSlicesAt: 28 } as const

const text = (buffer: Buffer): string => buffer.toString('latin1', 0, Math.max(0, buffer.indexOf(0)))

/** Exact up to 2^53, which millijoules and microseconds reach in three centuries. */
const readUint64 = (buffer: Buffer, offset: number): number =>
  buffer.readUInt32LE(offset + 4) * 2 ** 32 + buffer.readUInt32LE(offset)

/**
 * NVML through koffi. All buffers are allocated once and handed over as pointers, at a sixth of the cost of koffi's
 * own output parameters; calls of one thread never overlap.
 *
 * @param path Path or name of the library.
 * @throws koffi's error when the library cannot be loaded.
 */
export const bindNvml = (koffi: Koffi, path: string): Nvml => {
  const bind = nativeCalls(
    koffi,
    path,
    (call, status) => new NvmlError(call, status),
    NVML_RETURN.functionNotFound,
  )

  const init = bind('nvmlInit_v2')
  const getCount = bind('nvmlDeviceGetCount_v2', POINTER)
  const getByIndex = bind('nvmlDeviceGetHandleByIndex_v2', UINT, POINTER)
  const getByUuid = bind('nvmlDeviceGetHandleByUUID', POINTER, POINTER)
  const getUuid = bind('nvmlDeviceGetUUID', POINTER, POINTER, UINT)
  const getName = bind('nvmlDeviceGetName', POINTER, POINTER, UINT)
  const getEnergy = bind('nvmlDeviceGetTotalEnergyConsumption', POINTER, POINTER)
  const getPower = bind('nvmlDeviceGetPowerUsage', POINTER, POINTER)
  const getFields = bind('nvmlDeviceGetFieldValues', POINTER, 'int', POINTER)
  const getLimits = bind('nvmlDeviceGetPowerManagementLimitConstraints', POINTER, POINTER, POINTER)
  const getUtilisation = bind('nvmlDeviceGetUtilizationRates', POINTER, POINTER)
  const getProcesses = bind('nvmlDeviceGetComputeRunningProcesses_v3', POINTER, POINTER, POINTER)
  const getProcessUtilisation = bind('nvmlDeviceGetProcessUtilization', POINTER, POINTER, POINTER, 'uint64_t')
  const getMigMode = bind('nvmlDeviceGetMigMode', POINTER, POINTER, POINTER)
  const getMigCount = bind('nvmlDeviceGetMaxMigDeviceCount', POINTER, POINTER)
  const getMigDevice = bind('nvmlDeviceGetMigDeviceHandleByIndex', POINTER, UINT, POINTER)
  const getAttributes = bind('nvmlDeviceGetAttributes_v2', POINTER, POINTER)

  const out = Buffer.alloc(8)
  const second = Buffer.alloc(8)
  const name = Buffer.alloc(NAME_BYTES)
  const field = Buffer.alloc(FIELD.bytes)
  const attributes = Buffer.alloc(ATTRIBUTES.bytes)
  let list = Buffer.alloc(4096)

  const handleIn = (buffer: Buffer): unknown => koffi.decode(buffer, POINTER)

  /** Fills `list` and returns the number of elements, with as much room as the driver asks for. */
  const fill = (bytes: number, call: (list: Buffer, count: Buffer) => void): number => {
    for (;;) {
      const room = Math.floor(list.length / bytes)
      out.writeUInt32LE(room, 0)
      try {
        call(list, out)
        return Math.min(room, out.readUInt32LE(0))
      } catch (error) {
        const wanted = out.readUInt32LE(0)
        if (!isNvmlError(error, NVML_RETURN.insufficientSize) || wanted <= room) throw error
        list = Buffer.alloc(2 * wanted * bytes)
      }
    }
  }

  const uuidOf = (handle: unknown): string => {
    getUuid(handle, name, UUID_BYTES)
    return text(name)
  }

  const instantPower = (handle: unknown): number => {
    field.fill(0)
    field.writeUInt32LE(POWER_INSTANT, 0)
    getFields(handle, 1, field)
    const returned = field.readInt32LE(FIELD.returnAt)
    if (returned !== 0) throw new NvmlError('nvmlDeviceGetFieldValues(POWER_INSTANT)', returned)
    return field.readUInt32LE(FIELD.valueAt)
  }

  const device = (handle: unknown): NvmlDevice => {
    let hasInstantPower = true
    return {
      uuid: () => uuidOf(handle),
      name() {
        getName(handle, name, NAME_BYTES)
        return text(name)
      },
      totalEnergyMillijoules() {
        getEnergy(handle, out)
        return readUint64(out, 0)
      },
      powerMilliwatts() {
        if (hasInstantPower) {
          try {
            return instantPower(handle)
          } catch (error) {
            if (!isPermanent(error)) throw error
            hasInstantPower = false
          }
        }
        getPower(handle, out)
        return out.readUInt32LE(0)
      },
      maxPowerMilliwatts() {
        getLimits(handle, second, out)
        return out.readUInt32LE(0)
      },
      busyPercent() {
        getUtilisation(handle, out)
        return out.readUInt32LE(0)
      },
      computePids() {
        const count = fill(PROCESS_BYTES, (buffer, size) => getProcesses(handle, size, buffer))
        return Array.from({ length: count }, (_, at) => list.readUInt32LE(at * PROCESS_BYTES))
      },
      processUtilisation(sinceMicroseconds) {
        let count: number
        try {
          count = fill(SAMPLE.bytes, (buffer, size) =>
            getProcessUtilisation(handle, buffer, size, sinceMicroseconds),
          )
        } catch (error) {
          if (isNvmlError(error, NVML_RETURN.notFound)) return []
          throw error
        }
        return Array.from({ length: count }, (_, index): ProcessUtilisation => {
          const at = index * SAMPLE.bytes
          return {
            pid: list.readUInt32LE(at),
            timestampMicroseconds: readUint64(list, at + SAMPLE.timestampAt),
            smPercent: list.readUInt32LE(at + SAMPLE.smAt),
          }
        })
      },
      isPartitioned() {
        try {
          getMigMode(handle, out, second)
          return out.readUInt32LE(0) === 1
        } catch (error) {
          if (isPermanent(error)) return false
          throw error
        }
      },
      partitions() {
        getMigCount(handle, out)
        const most = out.readUInt32LE(0)
        return Array.from({ length: most }, (_, index) => index).flatMap((index): Partition[] => {
          try {
            getMigDevice(handle, index, out)
          } catch (error) {
            // Places without an instance.
            if (isNvmlError(error, NVML_RETURN.notFound)) return []
            throw error
          }
          const partition = handleIn(out)
          getAttributes(partition, attributes)
          const computeSlices = attributes.readUInt32LE(ATTRIBUTES.computeSlicesAt)
          return [{ uuid: uuidOf(partition), computeSlices }]
        })
      },
    }
  }

  return {
    init,
    deviceCount() {
      getCount(out)
      return out.readUInt32LE(0)
    },
    deviceAt(index) {
      getByIndex(index, out)
      return device(handleIn(out))
    },
    deviceByUuid(uuid) {
      getByUuid(Buffer.from(`${uuid}\0`, 'latin1'), out)
      return device(handleIn(out))
    },
  }
}

/** This board, or this driver, will never answer. Older drivers call a question they do not know invalid. */
const isPermanent = (error: unknown): boolean =>
  isNvmlError(error, NVML_RETURN.notSupported) ||
  isNvmlError(error, NVML_RETURN.functionNotFound) ||
  isNvmlError(error, NVML_RETURN.invalidArgument)
