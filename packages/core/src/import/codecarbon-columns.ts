/** A column of CodeCarbon's emissions.csv: what a cell of it looks like, and whether the cell may be missing. */
export interface CodeCarbonColumn {
  readonly matches: (cell: string) => boolean
  /**
   * The value may be `None`. When a later run of the same file has such a column, CodeCarbon (3.3.0 and before) leaves
   * the cell out of the row without leaving a gap, and everything behind it moves to the left.
   */
  readonly optional?: true
}

const isNumber = (cell: string): boolean => cell !== '' && Number.isFinite(Number(cell))

const number: CodeCarbonColumn = { matches: cell => cell === '' || isNumber(cell) }
const optionalNumber: CodeCarbonColumn = { ...number, optional: true }
const text: CodeCarbonColumn = { matches: () => true }
/** A name is never a number: a number in its place belongs to the column beside it. */
const optionalName: CodeCarbonColumn = { matches: cell => !isNumber(cell), optional: true }
const pattern = (form: RegExp, optional = false): CodeCarbonColumn => ({
  matches: cell => cell === '' || form.test(cell),
  ...(optional && { optional }),
})

/** Every column that any version has written, by name. */
export const CODECARBON_COLUMNS: Readonly<Record<string, CodeCarbonColumn>> = {
  timestamp: { matches: cell => /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(cell) },
  project_name: text,
  run_id: text,
  experiment_id: { ...text, optional: true },
  experiment_name: { ...text, optional: true },
  task_name: text,
  duration: number,
  emissions: number,
  emissions_rate: number,
  cpu_power: number,
  gpu_power: number,
  ram_power: number,
  cpu_energy: number,
  gpu_energy: number,
  ram_energy: number,
  energy_consumed: number,
  water_consumed: optionalNumber,
  country_name: optionalName,
  country_iso_code: pattern(/^[A-Z]{2,3}$/, true),
  region: optionalName,
  cloud_provider: optionalName,
  cloud_region: optionalName,
  os: optionalName,
  python_version: pattern(/^\d+\.\d+/, true),
  codecarbon_version: pattern(/^\d+\.\d+/, true),
  cpu_count: optionalNumber,
  cpu_model: optionalName,
  gpu_count: optionalNumber,
  gpu_model: optionalName,
  longitude: optionalNumber,
  latitude: optionalNumber,
  ram_total_size: optionalNumber,
  tracking_mode: pattern(/^(machine|process)$/, true),
  cpu_utilization_percent: optionalNumber,
  gpu_utilization_percent: optionalNumber,
  ram_utilization_percent: optionalNumber,
  ram_used_gb: optionalNumber,
  on_cloud: pattern(/^[YN]$/, true),
  pue: optionalNumber,
  wue: optionalNumber,
}

/** What tells the file from other tables. */
export const NEEDED_COLUMNS = ['timestamp', 'duration', 'emissions'] as const
