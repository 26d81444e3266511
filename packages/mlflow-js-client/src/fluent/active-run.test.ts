import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { connectToMlflow, uniqueName } from '../../test/connect.js'
import { describeWith } from '../../test/describe-with.js'
import { fluentOn } from '../../test/fluent.js'

const folder = mkdtempSync(join(tmpdir(), 'mlflow-fluent-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

for (const backend of ['current', 'embedded', 'fake'] as const)
  describeWith(
    `a run under way can (${backend})`,
    await connectToMlflow(backend),
    ({ client, recording, server }) => {
      const fluent = () => fluentOn(server.url, { fetch: recording.fetch })

      it('log text, dicts, figures, tables and files', async () => {
        const mlflow = fluent()
        const { experimentId } = await mlflow.setExperiment(uniqueName('fluent'))
        const { runId } = await mlflow.startRun()
        writeFileSync(join(folder, 'local.txt'), 'local')
        void mlflow.logText('hello', 'notes/hello.txt')
        void mlflow.logDict({ a: [1, 2] }, 'config.yaml')
        void mlflow.logFigure({ outerHTML: '<svg viewBox="0 0 1 1"></svg>' }, 'plot.svg')
        void mlflow.logFigure(new Uint8Array([137, 80]), 'plot.png')
        void mlflow.logArtifact(join(folder, 'local.txt'), 'files')
        void mlflow.logArtifact(new File(['page'], 'page.txt'))
        void mlflow.logArtifacts(folder, 'all')
        void mlflow.logArtifacts([new File(['1'], 'one.txt'), new File(['2'], 'two.txt')], 'pages')
        void mlflow.logTable([{ epoch: 1, loss: 0.5 }], 'epochs.json')
        void mlflow.logTable({ epoch: [2], loss: [0.25] }, 'epochs.json')
        await mlflow.flush()
        await expect(mlflow.logFigure('text', 'plot.png')).rejects.toThrow('.svg or .html')
        await mlflow.endRun()

        const { artifacts, runs } = client
        const text = (path: string) => artifacts.downloadText(runId, path)
        await expect(text('notes/hello.txt')).resolves.toBe('hello')
        expect(JSON.parse(await text('config.yaml'))).toEqual({ a: [1, 2] })
        await expect(text('plot.svg')).resolves.toBe(
          '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>',
        )
        await expect(artifacts.download(runId, 'plot.png')).resolves.toEqual(new Uint8Array([137, 80]))
        await expect(text('files/local.txt')).resolves.toBe('local')
        await expect(text('page.txt')).resolves.toBe('page')
        await expect(text('all/local.txt')).resolves.toBe('local')
        await expect(text('pages/two.txt')).resolves.toBe('2')
        expect(JSON.parse((await runs.get(runId)).data.tags['mlflow.loggedArtifacts'] ?? '')).toEqual([
          { path: 'epochs.json', type: 'table' },
        ])
        if (backend === 'fake') return
        const script = `
import json, sys, mlflow
mlflow.set_experiment(experiment_id=sys.argv[2])
table = mlflow.load_table("epochs.json", run_ids=[sys.argv[1]])
text = mlflow.artifacts.load_text(f"runs:/{sys.argv[1]}/notes/hello.txt")
print(json.dumps({"table": table.to_dict("records"), "text": text}))`
        await expect(server.python(script, runId, experimentId)).resolves.toEqual({
          table: [
            { epoch: 1, loss: 0.5 },
            { epoch: 2, loss: 0.25 },
          ],
          text: 'hello',
        })
      })

      it('record datasets', async () => {
        const mlflow = fluent()
        await mlflow.setExperiment(uniqueName('fluent'))
        const { runId } = await mlflow.startRun()
        const dataset = {
          name: 'mnist',
          source: 'https://example.org/mnist.gz',
          profile: { num_rows: 60_000 },
        }
        await mlflow.logInput(dataset, { context: 'training' })
        await mlflow.logInput({ ...dataset, name: 'more', profile: { num_rows: 70_000 } })
        await mlflow.endRun()
        const { datasets } = (await client.runs.get(runId)).inputs
        expect(datasets[0]).toMatchObject({
          context: 'training',
          dataset: {
            name: 'mnist',
            sourceType: 'http',
            source: '{"uri":"https://example.org/mnist.gz"}',
            profile: '{"num_rows":60000}',
          },
        })
        expect(datasets[0]?.dataset.digest).toMatch(/^[0-9a-f]{16}$/)
        expect(datasets[1]?.dataset.digest).not.toBe(datasets[0]?.dataset.digest)
      })
    },
  )
