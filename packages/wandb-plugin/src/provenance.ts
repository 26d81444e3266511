import type { RunRecord } from '@epochwatt/core'

/** What the figures stand on, under one key of the run's config, which stays clear of the user's hyperparameters. */
export const provenance = (record: RunRecord): { readonly epochwatt: object } => {
  const { grid, pue, energy, methodology } = record
  const { cpu, gpu, memory } = energy.components
  return {
    epochwatt: {
      run_id: record.id,
      version: record.software.epochwatt,
      method_version: methodology.version,
      data_version: methodology.data_version,
      grid: {
        zone: grid.zone,
        gco2eq_per_kwh: grid.g_per_kwh.value,
        source: grid.source,
        basis: grid.basis,
        kind: grid.kind,
        fallback: grid.fallback,
      },
      country: record.location.country,
      pue: pue.value,
      pue_source: pue.source,
      tier: energy.total_kwh?.tier ?? 'unknown',
      method: { cpu: cpu.kwh?.method, gpu: gpu.kwh?.method, ram: memory.kwh?.method },
      scope: record.scope,
      static_policy: record.static_policy,
      sensors: record.sensors.filter(({ state }) => state === 'used').map(({ id }) => id),
      sampling_interval_s:
        methodology.sampling_interval_ms !== undefined ? methodology.sampling_interval_ms / 1000 : undefined,
    },
  }
}
