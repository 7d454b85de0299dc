import { createContext, Script } from 'node:vm'

/** A regular expression that cannot hold up the listener. */
export type Pattern = (text: string) => boolean

export type Patterns = {
  /** in: without slashes; Unicode rules, flags as `(?i:…)`. Throws a SyntaxError where it is none. */
  compile(source: string): Pattern
  /** For those who make their own, for example the expressions over JSON; throws a PatternTooSlow when it does not end in time. */
  Engine: RegExpConstructor
  /** A pause for what took too long. */
  pause(): Pause
}

export type Pause = { begin(): void; isOn(): boolean }

export class PatternTooSlow extends Error {}

/** So many characters of a text are looked at. */
export const patternTextLimit = 65_536
const limitMs = 25
const restMs = 1_000

/**
 * Regular expressions of people over texts of strangers: the language is JavaScript's own, and each match has an end. V8 looks
 * for the interruption of a script also while it backtracks; a pattern that ran into it holds for nothing and rests a while, so
 * that one sender cannot take more than a fortieth of the time with it.
 */
export function createPatterns(nowMs: () => number): Patterns {
  const place: { expression?: RegExp; text?: string } = {}
  const context = createContext(place)
  const script = new Script('expression.exec(text)')

  function exec(expression: RegExp, text: string): RegExpExecArray | null {
    place.expression = expression
    place.text = text.slice(0, patternTextLimit)
    try {
      return script.runInContext(context, { timeout: limitMs })
    } catch (error) {
      if (isTimeout(error)) throw new PatternTooSlow(`the pattern did not end within ${limitMs} ms`)
      throw error
    } finally {
      place.text = ''
    }
  }

  class Engine extends RegExp {
    override exec(text: string): RegExpExecArray | null {
      // The script calls `exec` of what it is given: a plain twin, which shares the place where the last match ended.
      const plain = new RegExp(this.source, this.flags)
      plain.lastIndex = this.lastIndex
      const found = exec(plain, text)
      this.lastIndex = plain.lastIndex
      return found
    }
  }

  function pause(): Pause {
    let untilMs = Number.NEGATIVE_INFINITY
    return {
      begin: () => void (untilMs = nowMs() + restMs),
      isOn: () => nowMs() < untilMs
    }
  }

  return {
    compile(source) {
      const expression = new RegExp(source, 'u')
      const rest = pause()
      return text => {
        if (rest.isOn()) return false
        try {
          return exec(expression, text) !== null
        } catch (error) {
          if (!(error instanceof PatternTooSlow)) throw error
          rest.begin()
          return false
        }
      }
    },
    Engine: Engine as RegExpConstructor,
    pause
  }
}

/** Made in the script's own realm, so that it is an Error of another one. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
