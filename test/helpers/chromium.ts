import { findProgram } from './parts.ts'

/** Quiet, and able to run as root in a container. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
  '--disable-component-update'
]

/** out: undefined where there is none: the suites that need it skip themselves. */
export function chromiumPath(): string | undefined {
  return findProgram(['chromium', 'chromium-browser', 'google-chrome'])
}

/** Why suites with a browser cannot run here; undefined when they can. */
export function whyNoChromium(): string | undefined {
  return chromiumPath() === undefined ? 'no chromium, chromium-browser or google-chrome on PATH' : undefined
}
