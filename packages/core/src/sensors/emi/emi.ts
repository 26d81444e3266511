/** One metering device of Windows. Buffers have the form of the driver's structures. */
export interface EmiDevice {
  /** Version of its interface, 1 or 2. */
  readonly version: number
  /** What it measures: `EMI_METADATA_V1` or `EMI_METADATA_V2`. @throws when the driver does not answer. */
  metadata(): Buffer
  /** Energy and time of each channel, 16 bytes each. @throws when the driver does not answer. */
  measurement(channels: number): Buffer
  close(): void
}

/** What we use of Windows' Energy Meter Interface. */
export interface Emi {
  /** Paths of all devices; they name hardware and stay in memory. @throws when the system does not say. */
  devicePaths(): readonly string[]
  /** @throws when the device cannot be opened. */
  open(path: string): EmiDevice
}
