import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { expect } from 'vitest'
import { ensureBuilt } from './built.ts'
import { chromiumFlags, chromiumPath } from './chromium.ts'
import type { Journal } from './electron-stand-in/journal.ts'
import { startShell } from './electron-stand-in/shell.ts'
import { bundlePageClient } from './page-script.ts'

type Part = 'main' | 'preload' | 'renderer'

/** The built shell, running as if it were installed, and its built texts. */
export type CheckedShell = {
  out: string
  ask<T>(name: string, ...args: unknown[]): Promise<T>
  evaluate<T>(script: string): Promise<T>
  journal(): Promise<Journal>
  /** What its one window was made with. */
  preferences(): Promise<Record<string, unknown>>
  /** The built texts of one part, as one. */
  built(part: Part): string
  /** What of a built part has this form: short, also where a test fails. */
  found(part: Part, form: RegExp): string | undefined
  /** Calls a method of the contract from within the page, over a port that the page was handed. out: JSON. */
  calling(noun: string, verb: string): Promise<string>
  stop(): Promise<void>
}

export async function startCheckedShell(): Promise<CheckedShell> {
  const out = await ensureBuilt()
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-checklist-'))
  const shell = startShell({ out, dataDir: folder, env: { STAND_IN_PACKAGED: '1' } })
  await shell.ask('text')
  const evaluate = <T>(script: string) => shell.ask<T>('evaluate', script)
  const journal = () => shell.ask<Journal>('journal')

  function built(part: Part): string {
    const names = readdirSync(join(out, part), { recursive: true, encoding: 'utf8' })
    const texts = names.filter(name => /\.(c?js|html|css)$/.test(name))
    expect(texts).not.toEqual([])
    return texts.map(name => readFileSync(join(out, part, name), 'utf8')).join('\n')
  }
  return {
    out,
    ask: (name, ...args) => shell.ask(name, ...args),
    evaluate,
    journal,
    async preferences() {
      const [window, ...others] = (await journal()).windows
      expect(others).toEqual([])
      expect(window?.options).toHaveProperty('webPreferences')
      return window?.options['webPreferences'] as Record<string, unknown>
    },
    built,
    found: (part, form) => form.exec(built(part))?.[0],
    async calling(noun, verb) {
      await evaluate(await bundlePageClient())
      return evaluate<string>(`callHere(${JSON.stringify(noun)}, ${JSON.stringify(verb)}, undefined)`)
    },
    async stop() {
      await shell.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Evaluates in a page of the same Chromium that nobody has touched. */
export async function inEmptyPage<T>(script: string): Promise<T> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags })
  try {
    const page = await browser.newPage()
    await page.route('**/*', route => route.fulfill({ contentType: 'text/html', body: '<title>empty</title>' }))
    await page.goto('https://plugboard.test/')
    return await page.evaluate<T>(script)
  } finally {
    await browser.close()
  }
}
