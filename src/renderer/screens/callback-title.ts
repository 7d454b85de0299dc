import type { CallbackSummary } from '#shared/model/callback.ts'

/** What a callback is about: its meaning where that is known, else what was asked for, without the endpoint's key. */
export function callbackTitle({ decoded, method, target }: CallbackSummary): string {
  if (decoded) return decoded.title
  const rest = target.replace(/^\/in\/[^/?]+/, '')
  return `${method} ${rest.startsWith('/') ? rest : `/${rest}`}`
}

const two = (count: number) => String(count).padStart(2, '0')

/** `14:03:07.042`, without asking the locale: rows are made many times a second. */
export function rowTime(atMs: number): string {
  const at = new Date(atMs)
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')
  return `${clock}.${String(at.getMilliseconds()).padStart(3, '0')}`
}

/** `2026-11-21 14:03:07.042` */
export function rowDate(atMs: number): string {
  const at = new Date(atMs)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${rowTime(atMs)}`
}
