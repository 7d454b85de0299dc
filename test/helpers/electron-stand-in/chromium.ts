import { chromium, type Browser, type Page } from 'playwright-core'
import { chromiumFlags, chromiumPath } from '../chromium.ts'
import { app } from './app.ts'

let browser: Promise<Browser> | undefined

/** A page of the one Chromium of this process, which ends with the app. */
export async function openPage(): Promise<Page> {
  browser ??= chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags })
  app.onExit = async () => (await browser)?.close()
  const context = await (await browser).newContext()
  return context.newPage()
}
