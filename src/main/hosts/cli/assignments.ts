import { Fault } from '#shared/faults.ts'
import { fieldsFor } from '#shared/fields.ts'
import type { FormCard, Settings, SettingValue } from '#shared/model/field.ts'

/** `field=value` words; the value may hold further equal signs. */
export function parseAssignments(words: string[]): Record<string, string> {
  return Object.fromEntries(
    words.map(word => {
      const at = word.indexOf('=')
      if (at < 1) throw new Fault('bad-usage', { message: `"${word}" is not of the form field=value` })
      return [word.slice(0, at), word.slice(at + 1)]
    })
  )
}

/** Reads the texts as the form's types; a secret among them is refused: arguments are visible to every process. */
export function readSettings(form: FormCard, texts: Record<string, string>, known: Settings = {}): Settings {
  const cards = fieldsFor(form, { ...known, ...texts })
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const card = cards.find(field => field.name === name)
      if (card?.secret) throw secretAsArgument(name)
      return [name, readValue(card?.type, text)]
    })
  )
}

export function secretAsArgument(name: string): Fault {
  return new Fault('bad-usage', {
    message: `${name} is a secret and must not stand in the command`,
    advice: `Use --secrets-stdin with {"${name}": "…"}, --secret-env ${name}=VARIABLE, or wait for the prompt.`,
    field: name
  })
}

function readValue(type: string | undefined, text: string): SettingValue {
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true'
  if (type === 'integer' && /^-?\d+$/.test(text)) return Number(text)
  return text
}
