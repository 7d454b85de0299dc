import type { DesktopChange, DesktopSettings } from '#shared/model/app.ts'

/** What a host with a desktop around it lets the person choose. */
export type Desktop = {
  settings(): DesktopSettings
  /** Changes what is given. faults: unsupported. */
  configure(change: DesktopChange): DesktopSettings
  dialogs: FileDialogs
}

/** What the ending of a file's name, without its dot, is called for people. */
export type FileKind = { name: string; ending: string }

/** Where the person points at files. What asks gets a path that was pointed at, or undefined: the dialog was closed. */
export type FileDialogs = {
  /** out: mayReplace: what is there may go, the person was asked about it. */
  save(ask: {
    title: string
    fileName: string
    kind: FileKind
  }): Promise<{ file: string; mayReplace: boolean } | undefined>
  open(ask: { title: string; kind: FileKind }): Promise<string | undefined>
}
