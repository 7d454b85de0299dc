/** What the shell asked of the system: the test reads it instead of looking at a desktop. */
export type Journal = {
  windows: { options: Record<string, unknown>; shown: boolean }[]
  errorBoxes: { title: string; content: string }[]
  openedLinks: string[]
  schemes: unknown[]
  paths: Record<string, string>
  /** Requests of the page that the protocol did not answer. */
  refusedRequests: string[]
  preventedNavigations: string[]
  consoleErrors: string[]
  menu: unknown
}

export const journal: Journal = {
  windows: [],
  errorBoxes: [],
  openedLinks: [],
  schemes: [],
  paths: {},
  refusedRequests: [],
  preventedNavigations: [],
  consoleErrors: [],
  menu: null
}
