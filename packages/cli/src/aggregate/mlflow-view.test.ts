// The view and the statement on the database of a real MLflow server, against the same runs from the local store.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, startTracking } from '@epochwatt/core'
import { mlflow } from '@epochwatt/mlflow-plugin'
import { aggregateRuns } from '@epochwatt/report'
import { afterAll, describe, expect, it } from 'vitest'
import { postgresServer } from '../../../mlflow-js-client/test/postgres-server.js'
import { aggregateSql } from './aggregate-sql.js'
import { MLFLOW_VIEW } from './mlflow-view.js'

const server = await postgresServer()
const reason = 'skipped' in server ? server.skipped : undefined
const dir = mkdtempSync(join(tmpdir(), 'epochwatt-view-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe.skipIf(reason)(`the view over MLflow's own tables${reason ? ` (${reason})` : ''}`, () => {
  it('adds up what the store adds up', { timeout: 120_000 }, async () => {
    if ('skipped' in server) throw new Error(server.skipped)
    for (const [project, team] of [
      ['vision', 'a'],
      ['vision', 'b'],
      ['speech', 'a'],
    ] as const) {
      const exporters = [mlflow({ trackingUri: server.url })]
      const tracker = startTracking({
        dir,
        country: 'FR',
        project,
        tags: { team },
        exporters,
        samplingIntervalMs: 50,
      })
      await new Promise(resolve => setTimeout(resolve, 300))
      await tracker.stop()
    }
    const { records } = openStore(dir).list()
    const by = ['project', 'team'] as const
    const local = aggregateRuns(records, by).rows
    const text = await server.psql(
      MLFLOW_VIEW,
      'SET search_path TO epochwatt',
      `SELECT json_agg(t) FROM (${aggregateSql(by).replace(/;\s*$/, '')}) AS t`,
    )
    const remote = JSON.parse(text) as { project: string; team: string; runs: number; energy_kwh: number }[]
    const figuresOf = (project: string, team: string) =>
      remote.find(row => row.project === project && row.team === team)
    expect(remote).toHaveLength(3)
    for (const { project, tags, energy, carbon } of records) {
      expect(figuresOf(project, tags.team!)).toMatchObject({
        runs: 1,
        energy_kwh: energy.total_kwh!.value,
        operational_g: carbon.operational_g!.value,
      })
    }
    expect(local).toHaveLength(3)
  })
})
