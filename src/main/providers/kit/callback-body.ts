import type { Captured } from '../contract.ts'
import { headerOf } from './answer-headers.ts'

/**
 * The fields of a callback: of its JSON object, its form, or, with no body, of its query. out: undefined for anything
 * else. Never throws.
 */
export function fieldsOfCallback(captured: Captured): Record<string, unknown> | undefined {
  const text = textOf(captured.body)
  if (text === undefined) return undefined
  if (text.trim() === '') return formFields(captured.target.split('?').slice(1).join('?'))
  const type = (headerOf(captured.headers, 'content-type') ?? '').toLowerCase()
  if (type.includes('json') || /^\s*\{/.test(text)) return jsonFields(text)
  return type.includes('form-urlencoded') || !type ? formFields(text) : undefined
}

/** A value as people read it; a nested one as JSON. */
export function textOfField(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}

function jsonFields(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function formFields(text: string): Record<string, unknown> | undefined {
  const pairs = [...new URLSearchParams(text)]
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined
}
