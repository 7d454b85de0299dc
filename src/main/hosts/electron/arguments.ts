/** What the process was started with. */
export type Given = {
  /** Options of ours, and whatever else a system puts there. */
  own: string[]
  link: string | undefined
  /** Started by the login: there is no window until somebody asks for one. */
  isHidden: boolean
}

export const hiddenFlag = '--hidden'
export const linkScheme = 'plugboard'

/**
 * Reads the command line. What follows `--`, or the link itself, is never an option: Windows hands links over as text, so
 * that a link with a quotation mark in it could bring options along.
 */
export function readArguments(argv: string[], isPackaged: boolean): Given {
  const args = argv.slice(isPackaged ? 1 : 2)
  const end = args.findIndex(arg => arg === '--' || isLink(arg))
  const own = end === -1 ? args : args.slice(0, end)
  return { own: own.filter(arg => arg !== hiddenFlag), link: linkIn(args), isHidden: own.includes(hiddenFlag) }
}

/** out: the one link in a command line, in whatever order the system put it; undefined for none, and for several. */
export function linkIn(args: string[]): string | undefined {
  const links = args.filter(isLink)
  return links.length === 1 ? links[0] : undefined
}

function isLink(arg: string): boolean {
  return arg.toLowerCase().startsWith(`${linkScheme}:`)
}
