import type { RunRecord } from '@epochwatt/core'

/** What the figures stand on. Underscores, since filters then need no quotes. */
export const energyParams = (record: RunRecord): Record<string, string | number> => ({
  energy_grid_zone: record.grid.zone,
  energy_grid_gco2eq_per_kwh: record.grid.g_per_kwh.value,
  energy_grid_source: record.grid.source,
  energy_grid_fallback: String(record.grid.fallback),
  ...(record.location.country !== undefined && { energy_country_iso: record.location.country }),
  energy_pue: record.pue.value,
  energy_tier: record.energy.total_kwh?.tier ?? 'unknown',
  energy_scope: record.scope,
  energy_sensors: record.sensors
    .filter(({ state }) => state === 'used')
    .map(({ id }) => id)
    .join(', '),
  ...(record.methodology.sampling_interval_ms !== undefined && {
    energy_interval_s: record.methodology.sampling_interval_ms / 1000,
  }),
  energy_method_version: record.methodology.version,
  energy_data_version: record.methodology.data_version,
})
