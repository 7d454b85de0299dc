import type { OpenDialogOptions, SaveDialogOptions } from 'electron'

/** What the shell asked of the system: the test reads it instead of looking at a desktop. */
export type Journal = {
  windows: { options: Record<string, unknown>; shown: boolean }[]
  errorBoxes: { title: string; content: string }[]
  /** Questions that the shell asked; `answers` is what the test lets the person choose, the default without one. */
  messageBoxes: { message: string; detail: string; buttons: string[] }[]
  answers: number[]
  /** Files that the shell asked for; `picks` is what the test lets the person choose, by default nothing. */
  fileDialogs: { what: 'save' | 'open'; options: SaveDialogOptions | OpenDialogOptions }[]
  picks: string[]
  openedLinks: string[]
  shownFiles: string[]
  schemes: unknown[]
  claimedSchemes: { scheme: string; program: string | undefined; args: string[] | undefined }[]
  isSandboxed: boolean
  /** What the shell told Windows that it is. */
  appIds: string[]
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
  fileDialogs: [],
  picks: [],
  openedLinks: [],
  shownFiles: [],
  schemes: [],
  claimedSchemes: [],
  isSandboxed: false,
  appIds: [],
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

/** A dialog that the test keeps open until it says what is chosen. */
export const picking: { held?: PromiseWithResolvers<string | undefined> | undefined } = {}
