export type { Browser, Page } from 'playwright-core'
export { accessibilityProblems } from './chromium/accessibility.js'
export { findChromium, launchChromium } from './chromium/chromium.js'
export { type PageServer, type ServedFiles, servePages } from './chromium/page-server.js'
export { findCompiler } from './compile-stub.js'
export { type AmdSmiStub, buildAmdSmiStub } from './fake-amd-smi/amd-smi-stub.js'
export { buildEmiStub, type EmiStub } from './fake-emi/emi-stub.js'
export { buildIoReportStub, type IoReportStub } from './fake-io-report/io-report-stub.js'
export { type FakeBoard, fakeBoard, fakeNvml } from './fake-nvidia/fake-boards.js'
export { createFakeNvidiaSmi, type FakeNvidiaSmi } from './fake-nvidia/fake-nvidia-smi.js'
export { buildNvmlStub, type NvmlStub, type StubProcess } from './fake-nvidia/nvml-stub.js'
export { type Fault, type FaultPlan, inTurn, type ProxiedRequest } from './fault-proxy/fault.js'
export { type FaultProxy, startFaultProxy } from './fault-proxy/fault-proxy.js'
export { NAMED_FAULTS } from './fault-proxy/named-faults.js'
export {
  acpiMeter,
  amdEnergyChip,
  amdgpuChip,
  i915Chips,
  ina238Chip,
  ina3221Chip,
  type Rail,
  xeChip,
} from './synthetic-machine/hwmon-chips.js'
export type { CpuOptions } from './synthetic-machine/machine-files.js'
export type { SpawnOptions } from './synthetic-machine/proc-tree.js'
export {
  createSyntheticMachine,
  SELF_PID,
  type SyntheticMachine,
  type SyntheticMachineOptions,
} from './synthetic-machine/synthetic-machine.js'
export type { SysfsDevice, SysfsDeviceOptions } from './synthetic-machine/sysfs-device.js'
export { withoutPrivileges } from './synthetic-machine/without-privileges.js'
export {
  amdMirroredZones,
  intelLaptopZones,
  intelServerZones,
  type ZoneFault,
  type ZoneOptions,
} from './synthetic-machine/zone-options.js'
