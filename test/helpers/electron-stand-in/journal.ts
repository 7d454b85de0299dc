/** What the shell asked of the system: the test reads it instead of looking at a desktop. */
export type Journal = {
  windows: { options: Record<string, unknown>; shown: boolean }[]
  errorBoxes: { title: string; content: string }[]
  /** Questions that the shell asked; `answers` is what the test lets the person choose, the default without one. */
  messageBoxes: { message: string; detail: string; buttons: string[] }[]
  answers: number[]
  openedLinks: string[]
  shownFiles: string[]
  schemes: unknown[]
  claimedSchemes: { scheme: string; program: string | undefined; args: string[] | undefined }[]
  isSandboxed: boolean
  paths: Record<string, string>
  /** Requests of the page that the protocol did not answer. */
  refusedRequests: string[]
  preventedNavigations: string[]
  downloads: { url: string; options: unknown }[]
  refusedDownloads: string[]
  consoleErrors: string[]
  /** The methods that the page called, in their order. */
  calls: string[]
  menu: unknown
  popups: unknown[]
  tray: { image: string; tip: string; menu: unknown } | null
  isSpellChecked: boolean
}

export const journal: Journal = {
  windows: [],
  errorBoxes: [],
  messageBoxes: [],
  answers: [],
  openedLinks: [],
  shownFiles: [],
  schemes: [],
  claimedSchemes: [],
  isSandboxed: false,
  paths: {},
  refusedRequests: [],
  preventedNavigations: [],
  downloads: [],
  refusedDownloads: [],
  consoleErrors: [],
  calls: [],
  menu: null,
  popups: [],
  tray: null,
  isSpellChecked: true
}
