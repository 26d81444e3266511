export { type FakeBoard, fakeBoard, fakeNvml } from './fake-nvidia/fake-boards.js'
export { createFakeNvidiaSmi, type FakeNvidiaSmi } from './fake-nvidia/fake-nvidia-smi.js'
export { buildNvmlStub, findCompiler, type NvmlStub, type StubProcess } from './fake-nvidia/nvml-stub.js'
export type { CpuOptions } from './synthetic-machine/machine-files.js'
export type { SpawnOptions } from './synthetic-machine/proc-tree.js'
export {
  createSyntheticMachine,
  SELF_PID,
  type SyntheticMachine,
  type SyntheticMachineOptions,
} from './synthetic-machine/synthetic-machine.js'
export { withoutPrivileges } from './synthetic-machine/without-privileges.js'
export {
  amdMirroredZones,
  intelLaptopZones,
  intelServerZones,
  type ZoneFault,
  type ZoneOptions,
} from './synthetic-machine/zone-options.js'
