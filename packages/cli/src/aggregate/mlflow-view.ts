/**
 * A view `epochwatt.runs` over the tables of an MLflow tracking server in PostgreSQL, with the columns of
 * `RUN_COLUMNS`: from the metrics, parameters and tags that @epochwatt/mlflow-plugin logs. Afterwards
 * `SET search_path TO epochwatt, public` makes the statements of `epochwatt aggregate --sql` run as they are.
 */
export const MLFLOW_VIEW = `CREATE SCHEMA IF NOT EXISTS epochwatt;
CREATE OR REPLACE VIEW epochwatt.runs AS
WITH figures AS (
  SELECT run_uuid,
    max(CASE WHEN key = 'energy/total_kwh' THEN value END) AS energy_kwh,
    max(CASE WHEN key = 'energy/total_kwh_low' THEN value END) AS energy_kwh_low,
    max(CASE WHEN key = 'energy/total_kwh_high' THEN value END) AS energy_kwh_high,
    max(CASE WHEN key = 'carbon/total_gco2eq' THEN value END) AS operational_g,
    max(CASE WHEN key = 'carbon/total_gco2eq_low' THEN value END) AS operational_g_low,
    max(CASE WHEN key = 'carbon/total_gco2eq_high' THEN value END) AS operational_g_high,
    max(CASE WHEN key = 'carbon/embodied_gco2eq' THEN value END) AS embodied_g
  FROM public.latest_metrics GROUP BY run_uuid
), words AS (
  SELECT run_uuid,
    max(CASE WHEN key = 'user' THEN value END) AS "user",
    max(CASE WHEN key = 'team' THEN value END) AS team,
    max(CASE WHEN key = 'energy_grid_zone' THEN value END) AS grid,
    max(CASE WHEN key = 'epochwatt.run_id' THEN value END) AS id
  FROM (SELECT run_uuid, key, value FROM public.tags UNION ALL SELECT run_uuid, key, value FROM public.params) AS named
  GROUP BY run_uuid
)
SELECT words.id, experiments.name AS project, words."user", words.team,
  to_char(to_timestamp(runs.start_time / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
  CAST(NULL AS VARCHAR) AS hardware,
  lower(runs.status) AS status, words.grid,
  (runs.end_time - runs.start_time) / 1000.0 AS duration_s,
  figures.energy_kwh, figures.energy_kwh_low, figures.energy_kwh_high,
  figures.operational_g, figures.operational_g_low, figures.operational_g_high, figures.embodied_g,
  CAST(NULL AS VARCHAR) AS intensity
FROM public.runs
JOIN public.experiments ON experiments.experiment_id = runs.experiment_id
JOIN words ON words.run_uuid = runs.run_uuid AND words.id IS NOT NULL
LEFT JOIN figures ON figures.run_uuid = runs.run_uuid
WHERE runs.lifecycle_stage = 'active';`
