/** Ends this browser's session, then shows what whoever is not let in sees. Rejects when the app does not answer. */
export async function signOut(): Promise<void> {
  const answer = await fetch('/sign-out', { method: 'POST' })
  if (!answer.ok && answer.status !== 401) throw new Error('The connection was closed')
  window.location.replace('/')
}
