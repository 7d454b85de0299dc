import { linkScheme } from './arguments.ts'

const word = '[0-9a-hjkmnp-tv-z]{16}'

/** The screens that a link may lead to, and what their ids look like (base/ids.ts; callbacks are counted). */
const places: Record<string, RegExp | undefined> = {
  accounts: new RegExp(`^acc-${word}$`),
  profiles: new RegExp(`^pro-${word}$`),
  history: new RegExp(`^pro-${word}$`),
  callbacks: /^[1-9]\d{0,14}$/,
  plan: undefined,
  settings: undefined
}

const shape = new RegExp(`^${linkScheme}://([a-z]{1,20})(?:/([0-9a-z-]{1,40}))?/?$`)

/**
 * Reads a link like `plugboard://callbacks/12`. out: the page's place for it, `#/callbacks/12`: a screen, and what is open on
 * it, nothing that could be a wish; undefined for every other text.
 */
export function placeOf(link: string): string | undefined {
  const [, screen = '', id] = shape.exec(link) ?? []
  if (!Object.hasOwn(places, screen)) return undefined
  if (id === undefined) return `#/${screen}`
  return places[screen]?.test(id) ? `#/${screen}/${id}` : undefined
}
