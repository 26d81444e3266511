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
const always = (form: RegExp): CodeCarbonColumn => ({ matches: cell => form.test(cell) })

/** Every column that any version has written, by name. Optional are those that CodeCarbon may not find out. */
export const CODECARBON_COLUMNS: Readonly<Record<string, CodeCarbonColumn>> = {
  timestamp: always(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/),
  project_name: text,
  run_id: text,
  experiment_id: { ...text, optional: true },
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
  water_consumed: number,
  country_name: optionalName,
  country_iso_code: { matches: cell => /^([A-Z]{2,3})?$/.test(cell), optional: true },
  region: optionalName,
  cloud_provider: optionalName,
  cloud_region: optionalName,
  os: always(/^(linux|windows|macos|darwin|freebsd|cygwin|java)/i),
  python_version: always(/^\d+\.\d+/),
  codecarbon_version: always(/^\d+\.\d+/),
  cpu_count: optionalNumber,
  cpu_model: optionalName,
  gpu_count: optionalNumber,
  gpu_model: optionalName,
  longitude: optionalNumber,
  latitude: optionalNumber,
  ram_total_size: number,
  tracking_mode: always(/^(machine|process)$/),
  cpu_utilization_percent: number,
  gpu_utilization_percent: number,
  ram_utilization_percent: number,
  ram_used_gb: number,
  on_cloud: always(/^[YN]$/),
  pue: number,
  wue: number,
}

/** What tells the file from other tables. */
export const NEEDED_COLUMNS = ['timestamp', 'duration', 'emissions'] as const
