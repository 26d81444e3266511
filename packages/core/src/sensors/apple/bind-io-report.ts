import type { Koffi } from '../koffi.js'
import type { IoChannel, IoReport } from './io-report.js'

/** Paths of the libraries; a test has its own. */
export interface IoReportLibraries {
  readonly foundation: string
  readonly reporting: string
}

const SYSTEM: IoReportLibraries = {
  foundation: '/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation',
  reporting: '/usr/lib/libIOReport.dylib',
}

const POINTER = 'void *'
const UTF8 = 0x0800_0100
const NAME_BYTES = 256

/** koffi gives whatever the declared type is; a null pointer is null. */
type Native = (...values: unknown[]) => unknown

/**
 * IOReport through koffi. It is a private library of the system, found by its name in the loader's own cache. Everything
 * that a call creates or copies is released again.
 *
 * @throws koffi's error when a library or function is missing; an error when there is no energy model.
 */
export const bindIoReport = (koffi: Koffi, libraries: IoReportLibraries = SYSTEM): IoReport => {
  const foundation = koffi.load(libraries.foundation)
  const reporting = koffi.load(libraries.reporting)
  const cf = (name: string, result: string, ...parameters: string[]): Native =>
    foundation.func(name, result, parameters)
  const io = (name: string, result: string, ...parameters: string[]): Native =>
    reporting.func(name, result, parameters)

  const createString = cf('CFStringCreateWithCString', POINTER, POINTER, 'const char *', 'uint32_t')
  const getCString = cf('CFStringGetCString', 'bool', POINTER, POINTER, 'long', 'uint32_t')
  const getValue = cf('CFDictionaryGetValue', POINTER, POINTER, POINTER)
  const copyMutable = cf('CFDictionaryCreateMutableCopy', POINTER, POINTER, 'long', POINTER)
  const getCount = cf('CFArrayGetCount', 'long', POINTER)
  const getAt = cf('CFArrayGetValueAtIndex', POINTER, POINTER, 'long')
  const release = cf('CFRelease', 'void', POINTER)

  const copyChannels = io(
    'IOReportCopyChannelsInGroup',
    POINTER,
    POINTER,
    POINTER,
    'uint64_t',
    'uint64_t',
    'uint64_t',
  )
  const subscribe = io('IOReportCreateSubscription', POINTER, POINTER, POINTER, POINTER, 'uint64_t', POINTER)
  const createSamples = io('IOReportCreateSamples', POINTER, POINTER, POINTER, POINTER)
  const getName = io('IOReportChannelGetChannelName', POINTER, POINTER)
  const getUnit = io('IOReportChannelGetUnitLabel', POINTER, POINTER)
  const getInteger = io('IOReportSimpleGetIntegerValue', 'int64_t', POINTER, 'int32_t')

  const text = Buffer.alloc(NAME_BYTES)
  const textOf = (string: unknown): string => {
    if (!string || getCString(string, text, NAME_BYTES, UTF8) !== true) return ''
    return text.toString('utf8', 0, text.indexOf(0))
  }

  const group = createString(null, 'Energy Model', UTF8)
  const copied = copyChannels(group, null, 0, 0, 0)
  release(group)
  if (!copied) throw Object.assign(new Error('no energy model'), { code: 'ENOTSUP' })
  const wanted = copyMutable(null, 0, copied)
  release(copied)
  const out = Buffer.alloc(8)
  const subscription = subscribe(null, wanted, out, 0, null)
  const subscribed = koffi.decode(out, POINTER)
  if (!subscription || !subscribed) throw Object.assign(new Error('no subscription'), { code: 'EPERM' })
  const channelsKey = createString(null, 'IOReportChannels', UTF8)

  return {
    energyModel() {
      const samples = createSamples(subscription, subscribed, null)
      if (!samples) throw Object.assign(new Error('no samples'), { code: 'EIO' })
      try {
        const list = getValue(samples, channelsKey)
        const count = list ? Number(getCount(list)) : 0
        return Array.from({ length: count }, (_, index): IoChannel => {
          const channel = getAt(list, index)
          // These strings belong to the channel.
          return {
            name: textOf(getName(channel)),
            unit: textOf(getUnit(channel)),
            value: Number(getInteger(channel, 0)),
          }
        })
      } finally {
        release(samples)
      }
    },
  }
}
