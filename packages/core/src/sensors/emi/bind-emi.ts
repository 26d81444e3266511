import type { Koffi } from '../koffi.js'
import type { Emi } from './emi.js'
import { MEASUREMENT_BYTES } from './emi-metadata.js'

/** Names or paths of the libraries; a test has its own. */
export interface EmiLibraries {
  readonly configuration: string
  readonly kernel: string
}

const SYSTEM: EmiLibraries = { configuration: 'cfgmgr32.dll', kernel: 'kernel32.dll' }

const POINTER = 'void *'
const UINT = 'uint32_t'
const HANDLE = 'intptr_t'

/** {45BD8344-7ED6-49CF-A440-C276C933B053} as the system keeps it in memory. */
const GUID = Buffer.from('4483bd45d67ecf49a440c276c933b053', 'hex')

const IOCTL = {
  version: 0x22_4000,
  metadataSize: 0x22_4004,
  metadata: 0x22_4008,
  measurement: 0x22_400c,
} as const

const GENERIC_READ = 0x8000_0000
const SHARE_READ_WRITE = 3
const OPEN_EXISTING = 3
const INVALID_HANDLE = -1

const wide = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le')

const failed = (what: string, code: string): Error => Object.assign(new Error(`${what} failed`), { code })

/**
 * The Energy Meter Interface through koffi: no administrator, no driver of our own.
 *
 * @throws koffi's error when a library or function is missing.
 */
export const bindEmi = (koffi: Koffi, libraries: EmiLibraries = SYSTEM): Emi => {
  const configuration = koffi.load(libraries.configuration)
  const kernel = koffi.load(libraries.kernel)
  const listSize = configuration.func('CM_Get_Device_Interface_List_SizeW', UINT, [
    POINTER,
    POINTER,
    POINTER,
    UINT,
  ])
  const list = configuration.func('CM_Get_Device_Interface_ListW', UINT, [
    POINTER,
    POINTER,
    POINTER,
    UINT,
    UINT,
  ])
  const createFile = kernel.func('CreateFileW', HANDLE, [POINTER, UINT, UINT, POINTER, UINT, UINT, HANDLE])
  const control = kernel.func('DeviceIoControl', 'int', [
    HANDLE,
    UINT,
    POINTER,
    UINT,
    POINTER,
    UINT,
    POINTER,
    POINTER,
  ])
  const closeHandle = kernel.func('CloseHandle', 'int', [HANDLE])

  const returned = Buffer.alloc(4)

  const ask = (handle: number, code: number, bytes: number): Buffer => {
    const out = Buffer.alloc(bytes)
    if (control(handle, code, null, 0, out, bytes, returned, null) === 0)
      throw failed('DeviceIoControl', 'EIO')
    return out.subarray(0, returned.readUInt32LE(0))
  }

  return {
    devicePaths() {
      const characters = Buffer.alloc(4)
      if (listSize(characters, GUID, null, 0) !== 0) throw failed('listing the meters', 'ENODEV')
      const length = characters.readUInt32LE(0)
      const paths = Buffer.alloc(length * 2)
      if (list(GUID, null, paths, length, 0) !== 0) throw failed('listing the meters', 'ENODEV')
      return paths.toString('utf16le').split('\0').filter(Boolean)
    },
    open(path) {
      const handle = Number(createFile(wide(path), GENERIC_READ, SHARE_READ_WRITE, null, OPEN_EXISTING, 0, 0))
      if (handle === INVALID_HANDLE) throw failed('CreateFile', 'EACCES')
      const close = (): void => {
        closeHandle(handle)
      }
      try {
        return {
          version: ask(handle, IOCTL.version, 2).readUInt16LE(0),
          metadata: () => ask(handle, IOCTL.metadata, ask(handle, IOCTL.metadataSize, 4).readUInt32LE(0)),
          measurement: channels => ask(handle, IOCTL.measurement, channels * MEASUREMENT_BYTES),
          close,
        }
      } catch (error) {
        close()
        throw error
      }
    },
  }
}
