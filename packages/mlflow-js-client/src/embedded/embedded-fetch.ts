import { messageOf } from '../errors/message-of.js'
import { MlflowError } from '../errors/mlflow-error.js'
import type { Fetch } from '../http/transport.js'
import { listArtifacts, readArtifact, storeArtifact } from './artifacts.js'
import { insertDefaultExperiment } from './experiments.js'
import type { Location } from './location.js'
import { refusal } from './refusal.js'
import { routes } from './routes.js'
import { runRow } from './runs.js'
import { createStore, type Store } from './store.js'
import { type Fields, text } from './wire.js'

/** Names a parameter that is repeated by a list. */
const queryOf = (url: URL): Fields =>
  Object.fromEntries(
    [...new Set(url.searchParams.keys())].map(key => {
      const values = url.searchParams.getAll(key)
      return [key, values.length > 1 ? values : values[0]]
    }),
  )

const answerTo = async (store: Store, location: Location, url: URL, init: RequestInit): Promise<Response> => {
  const { method = 'GET', body } = init
  const query = queryOf(url)
  const runFolder = async (runId: unknown) => {
    const uri = text((await store.read(db => runRow(db, runId))).artifact_uri)
    return { uri, folder: location.folderOf(uri) }
  }
  const routeName = `${method} ${url.pathname}`
  switch (routeName) {
    case 'GET /health':
      return new Response('OK')
    case 'GET /version':
      return new Response('embedded')
    case 'GET /api/2.0/mlflow/artifacts/list': {
      const { uri, folder } = await runFolder(query.run_id)
      return Response.json({ root_uri: uri, files: await listArtifacts(folder, String(query.path ?? '')) })
    }
    case 'POST /ajax-api/2.0/mlflow/upload-artifact': {
      const { folder } = await runFolder(query.run_uuid)
      await storeArtifact(folder, String(query.path), new Response(body ?? null).body)
      return new Response('')
    }
    case 'GET /get-artifact': {
      const { folder } = await runFolder(query.run_uuid)
      return readArtifact(folder, String(query.path))
    }
  }
  const route = routes[routeName]
  if (!route) {
    throw refusal(
      'ENDPOINT_NOT_FOUND',
      `${routeName} needs a server; start "mlflow server" over ${location.database} and name that by MLFLOW_TRACKING_URI.`,
    )
  }
  const fields = typeof body === 'string' ? (JSON.parse(body) as Fields) : query
  return Response.json(await store[route.kind](db => route.answer(db, fields, location)))
}

/** A disk that is full or a file that is damaged is not cured by asking again at once, which 500 would invite to. */
const answerable = (error: unknown, { database }: Location): MlflowError => {
  if (error instanceof MlflowError && error.status !== undefined) return error
  const message = `${database} cannot be used: ${messageOf(error)}. Check the file and its folder, or name another by MLFLOW_TRACKING_URI.`
  return new MlflowError('DATABASE_ERROR', message, { status: 507, cause: error })
}

/**
 * Answers the requests of a client from a database file, as a server over the same file would. No server, no Python:
 * MLflow opens the file as its own.
 */
export const embeddedFetch = (location: Location): Fetch => {
  const store = createStore(location.database, db => insertDefaultExperiment(db, location))
  return async (url, init) => {
    try {
      return await answerTo(store, location, new URL(url), init)
    } catch (error) {
      const { status, errorCode, message } = answerable(error, location)
      return Response.json({ error_code: errorCode, message }, { status })
    }
  }
}
