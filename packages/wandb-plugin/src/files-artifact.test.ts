import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunRecord } from '@epochwatt/core'
import { afterEach, describe, expect, it } from 'vitest'
import { filesArtifact } from './files-artifact.js'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const runFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'epochwatt-files-'))
  folders.push(folder)
  return folder
}

const record = { id: '20260105-1', name: 'digits' } as RunRecord

describe('files of a run', () => {
  it('are one artifact with their paths', () => {
    const folder = runFolder()
    mkdirSync(join(folder, 'artifacts', 'model'), { recursive: true })
    writeFileSync(join(folder, 'artifacts', 'model', 'model.json'), '{}')
    writeFileSync(join(folder, 'artifacts', 'model_summary.txt'), 'layers')
    const artifact = filesArtifact(record, folder)
    expect(artifact).toMatchObject({ name: 'files-20260105-1', type: 'model' })
    expect([...artifact!.sources.keys()].sort()).toEqual(['model/model.json', 'model_summary.txt'])
  })

  it('are none where the run left none, and in a page', () => {
    expect(filesArtifact(record, runFolder())).toBeUndefined()
    expect(filesArtifact(record, '')).toBeUndefined()
  })
})
