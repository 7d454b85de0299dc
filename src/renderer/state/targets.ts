import type { Target } from '#shared/model/attempt.ts'

/** What is wrong with the address of a target; undefined: nothing. */
export function problemOfUrl(text: string): string | undefined {
  const url = URL.parse(text.trim())
  if (!url) return 'Write a whole address, such as http://localhost:3000/hooks.'
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'The address has to begin with http:// or https://.'
  if (url.username !== '' || url.password !== '') return 'Leave the password out of the address.'
  return undefined
}

export function targetsOf(targets: Target[] | undefined, endpointId: string): Target[] {
  return (targets ?? []).filter(target => target.endpointId === endpointId)
}
