/** Answers every request of the process with this text while `work` lasts. */
export const answering = async (text: string, work: () => Promise<void>, status = 200): Promise<void> => {
  const { fetch } = globalThis
  globalThis.fetch = async () =>
    new Response(text, { status, headers: { 'content-type': 'application/json' } })
  try {
    await work()
  } finally {
    globalThis.fetch = fetch
  }
}
