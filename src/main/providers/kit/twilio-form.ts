import type { Captured } from '../contract.ts'
import { headerOf } from './answer-headers.ts'

/** What was signed beside the URL: the fields of a form, nothing without a body; undefined for any other body. */
export function formOf({ headers, body }: Captured): [string, string][] | undefined {
  if (body.length === 0) return []
  const type = (headerOf(headers, 'content-type') ?? '').toLowerCase()
  return type.includes('form-urlencoded') ? [...new URLSearchParams(new TextDecoder().decode(body))] : undefined
}
