import type { RunRecord } from '@epochwatt/core'

const countryNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' })

const countryName = (code: string): string =>
  /^[A-Z]{2}$/.test(code) ? (countryNames.of(code) ?? code) : code

/** Where a run was, as far as anybody said; undefined where nobody did. */
export const placeText = ({ location }: RunRecord): string | undefined => {
  const { country, region, provider, cloud_region } = location
  const cloud = [provider, cloud_region].filter(part => part !== undefined).join(' ')
  const parts = [cloud, region, country && countryName(country)].filter(part => part)
  return parts.length > 0 ? parts.join(', ') : undefined
}

const gpuModels = ({ energy, hardware }: RunRecord): readonly string[] => {
  // A board that is listed may have had nothing to do with the run.
  if (!energy.components.gpu.kwh || !Array.isArray(hardware.gpus)) return []
  return hardware.gpus.flatMap((gpu: unknown) => {
    const model = typeof gpu === 'object' && gpu !== null ? (gpu as { model?: unknown }).model : undefined
    return typeof model === 'string' ? [model] : []
  })
}

/** Processor and, where its energy is in the figures, accelerators: `2 × NVIDIA L40S; AMD EPYC 7763, 64 threads`. */
export const hardwareText = (record: RunRecord): string | undefined => {
  const { cpu_model, threads } = record.hardware
  const models = gpuModels(record)
  const boards = [...new Set(models)].map(
    model => `${models.filter(other => other === model).length} × ${model}`,
  )
  const cpu =
    typeof cpu_model === 'string' && cpu_model !== ''
      ? [`${cpu_model}${typeof threads === 'number' ? `, ${threads} threads` : ''}`]
      : []
  const parts = [...boards, ...cpu]
  return parts.length > 0 ? parts.join('; ') : undefined
}
