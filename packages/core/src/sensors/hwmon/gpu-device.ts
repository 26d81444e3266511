const PREFIX = 'gpu-'

/** Sensors of one board, whoever finds them, bear one device: it is then counted once. */
export const gpuDevice = (pciAddress: string): string => `${PREFIX}${pciAddress}`

/** The address that a device bears; undefined for one that is named otherwise, such as the rail of a module. */
export const pciAddressOf = (device: string): string | undefined =>
  device.startsWith(PREFIX) ? device.slice(PREFIX.length) : undefined
