import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import * as z from 'zod'

/** Where the parts of the installed or checked-out app are. Absolute paths. */
export type Layout = {
  root: string
  version: string
  rendererDir: string
  preload: string
  icon: string
  /** The program of the simulators: built beside the doors, or the source when the doors run from source. */
  sandboxEntry: string
}

const packageFile = z.object({ version: z.string() })

/** Finds the app around one of its own folders (`import.meta.dirname` of any file of main, built or source). */
export function findLayout(from: string): Layout {
  const root = rootAbove(from)
  const isSource = relative(root, from).startsWith('src')
  const { version } = packageFile.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
  return {
    root,
    version,
    rendererDir: join(root, 'out/renderer'),
    preload: join(root, 'out/preload/index.cjs'),
    icon: join(root, 'resources/icon.png'),
    sandboxEntry: join(root, isSource ? 'src/main/sandbox/main.ts' : 'out/main/sandbox.js')
  }
}

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('no package.json above the program')
  return rootAbove(parent)
}
