import type { FieldCard } from '#shared/model/field.ts'

/** The values of a sample: those given, else the example of the field. */
export function fillSample(fields: FieldCard[], values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(fields.map(card => [card.name, values[card.name] ?? card.example ?? '']))
}
