import jsonata from 'jsonata'
import { PatternTooSlow, type Patterns } from './patterns.ts'

/** A JSONata expression. out: what it finds, as plain JSON; null where it cannot be worked out for this input in time. */
export type Expression = (input: unknown) => Promise<{ value: unknown } | null>

const limits = { timeout: 50, stack: 200, sequence: 100_000 }

/** Throws an Error with the reason where the text is not an expression. */
export function compileExpression(text: string, patterns: Patterns): Expression {
  const expression = parse(text, patterns)
  const rest = patterns.pause()
  return async input => {
    if (rest.isOn()) return null
    try {
      const value: unknown = await expression.evaluate(input)
      return { value }
    } catch (error) {
      if (isTooLong(error)) rest.begin()
      // Else a stranger's body does not go with the expression: it compares a text with a number, or makes too long a list.
      return null
    }
  }
}

/** JSONata's own code for it, or one of the expression's patterns. */
function isTooLong(error: unknown): boolean {
  if (error instanceof PatternTooSlow) return true
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'D1012'
}

function parse(text: string, patterns: Patterns): ReturnType<typeof jsonata> {
  try {
    return jsonata(text, { ...limits, RegexEngine: patterns.Engine })
  } catch (error) {
    // JSONata throws plain objects.
    throw new Error(reasonOf(error), { cause: error })
  }
}

function reasonOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message)
  return 'it cannot be read'
}
