import { Fault } from '#shared/faults.ts'
import type { HeaderPair } from '#shared/model/callback.ts'
import { headerValues } from '../address.ts'
import { isJson, setInJson } from './json-edit.ts'

type Message = { target: string; headers: readonly HeaderPair[]; body: Uint8Array }

/**
 * Sets decoded fields where they stand: in a form, in JSON (also nested ones, by their path with dots), or, where there is
 * no body, in the query. Every byte that is not concerned stays as it is. faults: invalid-input, unsupported.
 */
export function setFields<T extends Message>(message: T, fields: Record<string, string>): T {
  const names = Object.keys(fields)
  if (names.length === 0) return message
  const [encoding] = headerValues(message.headers, 'content-encoding')
  if (encoding !== undefined && message.body.byteLength > 0 && encoding.toLowerCase() !== 'identity')
    throw new Fault('unsupported', {
      message: `Fields cannot be set in a body that is compressed (${encoding}).`,
      advice: 'Give the whole body instead.',
      field: 'set'
    })
  const text = Buffer.from(message.body).toString('latin1')
  if (text.trim() === '') return { ...message, target: setInQuery(message.target, fields) }
  const edited = names.reduce((so, name) => setOne(so, { name, value: fields[name] ?? '' }, message), text)
  return { ...message, body: Buffer.from(edited, 'latin1') }
}

type Field = { name: string; value: string }

function setOne(text: string, { name, value }: Field, { headers }: Message): string {
  const type = (headerValues(headers, 'content-type')[0] ?? '').toLowerCase()
  if (type.includes('json') || /^\s*[[{]/.test(text)) {
    const edited = isJson(text) ? setInJson(text, name, value) : undefined
    if (edited !== undefined) return edited
    throw notEditable(isJson(text) ? `The body has no place for the field "${name}".` : 'The body is not valid JSON.')
  }
  if (type.includes('form-urlencoded') || type === '') return setInForm(text, { name, value })
  throw notEditable('The body is neither a form nor JSON, so that no field can be set in it.')
}

function setInQuery(target: string, fields: Record<string, string>): string {
  const at = target.indexOf('?')
  const query = Object.entries(fields).reduce(
    (so, [name, value]) => setInForm(so, { name, value }),
    at < 0 ? '' : target.slice(at + 1)
  )
  return `${at < 0 ? target : target.slice(0, at)}?${query}`
}

/** The first of the name gets the value, others of it go; one that is not there comes to the end. */
function setInForm(text: string, field: Field): string {
  const value = new URLSearchParams([['', field.value]]).toString().slice(1)
  const parts = text === '' ? [] : text.split('&')
  let isSet = false
  const edited = parts.flatMap(part => {
    const [raw = ''] = part.split('=')
    if (part === '' || nameOf(raw) !== field.name) return [part]
    if (isSet) return []
    isSet = true
    return [`${raw}=${value}`]
  })
  if (isSet) return edited.join('&')
  return [...edited, new URLSearchParams([[field.name, field.value]]).toString()].join('&')
}

function nameOf(raw: string): string {
  const [pair] = new URLSearchParams(Buffer.from(raw, 'latin1').toString('utf8'))
  return pair?.[0] ?? ''
}

function notEditable(message: string): Fault {
  return new Fault('invalid-input', { message, advice: 'Give the whole body instead.', field: 'set' })
}
