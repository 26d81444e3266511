/** What to do about a refusal, for those that have a known way out. */
export const remedyFor = (status: number, message: string): string | undefined => {
  if (status === 401) {
    return 'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or the options `token`, `username` and `password`.'
  }
  if (status === 403 && message.includes('Invalid Host header')) {
    return 'Start the server with --allowed-hosts naming this host, or set MLFLOW_SERVER_ALLOWED_HOSTS there.'
  }
  if (status === 403 && message.includes('Cross-origin request blocked')) {
    const origin = typeof location === 'undefined' ? "'<origin of the page>'" : location.origin
    return `Start the server with --cors-allowed-origins ${origin}, or set MLFLOW_SERVER_CORS_ALLOWED_ORIGINS there.`
  }
  if (message.includes("must be in the 'active' state")) {
    return 'It was deleted; restore it (runs.restore, experiments.restore) or write to another.'
  }
  return undefined
}
