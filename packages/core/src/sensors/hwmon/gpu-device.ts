/** Sensors of one board, whoever finds them, bear one device: it is then counted once. */
export const gpuDevice = (pciAddress: string): string => `gpu-${pciAddress}`
