/** Where the artifacts of a run or model lie. */
export type ArtifactRoot =
  | {
      /** Behind the tracking server, or another MLflow server, which passes the bytes on. */
      readonly kind: 'proxied'
      /** Of the server that does so, without slash at the end. */
      readonly serverUrl: string
      /** Within its store. */
      readonly path: string
    }
  | { readonly kind: 'direct'; readonly uri: string; readonly scheme: string }

const service = '/api/2.0/mlflow-artifacts/artifacts'

const trimmed = (path: string): string => path.replace(/^\/+|\/+$/g, '')

/** @param trackingUri of the server that named `artifactUri`, whose scheme and prefix an `mlflow-artifacts:` root shares */
export const parseArtifactRoot = (artifactUri: string, trackingUri: string): ArtifactRoot => {
  const proxied = /^mlflow-artifacts:(?:\/\/([^/]*))?(\/.*)?$/.exec(artifactUri)
  if (proxied) {
    const [, host, path = ''] = proxied
    const tracking = new URL(trackingUri)
    const serverUrl = host ? `${tracking.protocol}//${host}${tracking.pathname}` : trackingUri
    return { kind: 'proxied', serverUrl: serverUrl.replace(/\/+$/, ''), path: trimmed(path) }
  }
  const at = artifactUri.indexOf(service)
  if (/^https?:/i.test(artifactUri) && at > 0) {
    const path = trimmed(artifactUri.slice(at + service.length))
    return { kind: 'proxied', serverUrl: artifactUri.slice(0, at), path }
  }
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(artifactUri)?.[1]?.toLowerCase() ?? 'file'
  return { kind: 'direct', uri: artifactUri, scheme }
}

export const proxiedFileUrl = (serverUrl: string, encodedPath: string): string =>
  `${serverUrl}${service}/${encodedPath}`
