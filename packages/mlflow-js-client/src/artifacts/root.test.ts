import { describe, expect, it } from 'vitest'
import { parseArtifactRoot } from './root.js'

const tracking = 'https://tracker:5000/prefix'

describe('an artifact root', () => {
  it.each([
    ['mlflow-artifacts:/1/run/artifacts', tracking, '1/run/artifacts'],
    ['mlflow-artifacts://other:8080/1/run/artifacts', 'https://other:8080/prefix', '1/run/artifacts'],
    ['mlflow-artifacts:/', tracking, ''],
    ['http://host/x/api/2.0/mlflow-artifacts/artifacts/1/run', 'http://host/x', '1/run'],
  ])('%s is passed on by a server', (uri, serverUrl, path) => {
    expect(parseArtifactRoot(uri, tracking)).toEqual({ kind: 'proxied', serverUrl, path })
  })

  it.each([
    ['s3://bucket/key', 's3'],
    ['gs://bucket', 'gs'],
    ['abfss://c@a.dfs.core.windows.net/p', 'abfss'],
    ['dbfs:/databricks/x', 'dbfs'],
    ['/var/mlruns/1', 'file'],
    ['file:///var/mlruns/1', 'file'],
    ['http://host/plain', 'http'],
  ])('%s is not', (uri, scheme) => {
    expect(parseArtifactRoot(uri, tracking)).toEqual({ kind: 'direct', uri, scheme })
  })
})
