// What an MLflow server holds, by its REST interface alone: none of our own client's code stands between.

const ask = async (url, path, { query, body } = {}) => {
  const address = new URL(`/api/2.0/mlflow/${path}`, url)
  for (const [name, value] of Object.entries(query ?? {})) address.searchParams.set(name, value)
  const reply = await fetch(
    address,
    body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  )
  const text = await reply.text()
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${text.slice(0, 300)}`)
  // MLflow writes not-a-number as a bare word.
  return JSON.parse(text.replace(/("value":\s*)(NaN|-?Infinity)/g, '$1"$2"'))
}

/** The runs at MLflow of a tracked run: there is to be one. */
export const mlflowRunsOf = async (url, experiment, id) => {
  const { experiment: found } = await ask(url, 'experiments/get-by-name', {
    query: { experiment_name: experiment },
  })
  const { runs = [] } = await ask(url, 'runs/search', {
    body: {
      experiment_ids: [found.experiment_id],
      filter: `tags.\`epochwatt.run_id\` = '${id}'`,
      run_view_type: 'ALL',
    },
  })
  return runs
}

const historyOf = async (url, runId, key) => {
  const points = []
  for (let token = ''; ; ) {
    const { metrics = [], next_page_token: next } = await ask(url, 'metrics/get-history', {
      query: { run_id: runId, metric_key: key, max_results: 20_000, ...(token && { page_token: token }) },
    })
    points.push(
      ...metrics.map(({ step, timestamp, value }) => `${Number(step)} ${Number(timestamp)} ${value}`),
    )
    if (!next) return points.sort()
    token = next
  }
}

/** All points of a run by key, as texts `step timestamp value`, as often as they are there. */
export const mlflowPoints = async (url, { info, data }) => {
  const keys = [...new Set((data.metrics ?? []).map(({ key }) => key))]
  const points = {}
  for (const key of keys) points[key] = await historyOf(url, info.run_id, key)
  return points
}

/** Paths of the files in a folder of a run's artifacts. */
export const mlflowArtifacts = async (url, runId, path) => {
  const { files = [] } = await ask(url, 'artifacts/list', { query: { run_id: runId, path } })
  return files.map(file => file.path)
}
