import { firstProblem } from './electron-binary.ts'

/** What Chromium says when it cannot start, and what it means for a person. Texts as of Chromium 138 on Ubuntu 24.04. */
const known: { text: RegExp; means: (found: RegExpExecArray) => string }[] = [
  {
    // Ubuntu 23.10 and newer let only listed programs make the user namespaces that the sandbox is built of.
    text: /SUID sandbox helper binary was found, but is not configured|No usable sandbox/,
    means: () =>
      'this system does not let it build its sandbox; docs/security.md, "Electron on Ubuntu", says how to allow it'
  },
  {
    text: /error while loading shared libraries: ([\w.+-]+)/,
    means: ([, library]) => `the system library ${library} is missing`
  },
  {
    text: /Missing X server or \$DISPLAY|Failed to open Wayland display|The platform failed to initialize/,
    means: () => 'the display refuses it'
  }
]

/** Why Electron ended before there was a window, in one clause; undefined when it said nothing. */
export function whyNotStarted(said: string): string | undefined {
  if (said.trim() === '') return undefined
  for (const { text, means } of known) {
    const found = text.exec(said)
    if (found) return means(found)
  }
  return firstProblem(said)
}
