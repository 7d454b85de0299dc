/**
 * What a person waits for on a data folder that has grown: 10,000 profiles and 1,000,000 callbacks. How long the core takes to open it, and
 * the browser from the address to the first paint, to the list of profiles and to the list of callbacks. The page is the built one.
 * Run: `npm run build && node test/bench/first-look.ts [CALLBACKS]`. out: JSON lines; milliseconds depend on the computer.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { systemClock } from '../../src/main/base/clock.ts'
import { createLog } from '../../src/main/base/log.ts'
import { serveWeb } from '../../src/main/hosts/web/serve.ts'
import { openStore } from '../../src/main/store/open.ts'
import { chromiumFlags, chromiumPath } from '../helpers/chromium.ts'
import { openCoreOn } from '../helpers/core-child.ts'
import { accountRow, callbackRow, profileRow } from '../helpers/store-rows.ts'

const callbacks = Number(process.argv[2] ?? 1_000_000)
const profiles = 10_000
const rounds = 5
const rowsAtOnce = 1_000

async function fill(dataDir: string): Promise<void> {
  const store = await openStore({ dataDir, clock: systemClock, isRelaxed: true })
  store.accounts.add(accountRow())
  store.together(() => {
    for (let nth = 0; nth < profiles; nth += 1) {
      const seen = { key: `key-${nth}`, value: `https://example.test/${nth}` }
      const trees = {
        base: seen,
        remote: seen,
        local: nth % 100 === 0 ? { ...seen, value: 'https://example.test/new' } : seen
      }
      store.profiles.add(profileRow({ id: `pro-${nth}`, remoteId: `r${nth}`, createdMs: nth, policies: {}, ...trees }))
    }
  })
  const look = { verdict: 'not-offered', verdictText: 'It signs nothing.', decoded: null } as const
  for (let count = 0; count < callbacks; count += rowsAtOnce) {
    store.together(() => {
      const rows = Array.from({ length: rowsAtOnce }, () =>
        callbackRow({ accountId: 'acc-1', body: Buffer.alloc(1_000, 'x') })
      )
      for (const id of store.callbacks.addAll(rows)) store.callbacks.annotate(id, look)
    })
  }
  store.close()
}

type Look = { paintMs: number; profilesMs: number; callbacksMs: number }

/** As somebody who opens the address for the first time: nothing of the page is in the browser's memory. */
async function look(browser: Browser, url: string): Promise<Look> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    const page = await context.newPage()
    const begun = performance.now()
    await page.goto(url)
    await page.evaluate(() => void (location.hash = '#/profiles'))
    await page.getByText('key-0', { exact: true }).first().waitFor()
    const profilesMs = performance.now() - begun
    const paintMs = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0)
    const asked = performance.now()
    await page.evaluate(() => void (location.hash = '#/callbacks'))
    await page.locator('.pb-list tbody tr').first().waitFor()
    return { paintMs, profilesMs, callbacksMs: performance.now() - asked }
  } finally {
    await context.close()
  }
}

function median(looks: Look[], of: (look: Look) => number): number {
  return Math.round(looks.map(of).toSorted((one, other) => one - other)[Math.floor(looks.length / 2)] ?? 0)
}

const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-first-look-'))
const browser = await chromium.launch({ executablePath: chromiumPath() ?? '', args: chromiumFlags })
try {
  await fill(dataDir)
  const begun = performance.now()
  const core = await openCoreOn(dataDir, 'bench')
  const openMs = Math.round(performance.now() - begun)
  const rendererDir = join(import.meta.dirname, '../../out/renderer')
  const server = await serveWeb({ core, rendererDir, log: createLog({ file: join(dataDir, 'log.jsonl') }) })
  console.log(JSON.stringify({ what: 'core open', profiles, callbacks, openMs, budgetMs: 300 }))
  const looks: Look[] = []
  for (let round = 0; round < rounds; round += 1) looks.push(await look(browser, server.freshUrl()))
  console.log(
    JSON.stringify({
      what: 'the page, median of some',
      firstPaintMs: median(looks, each => each.paintMs),
      budgetMs: 1_000,
      profilesListedMs: median(looks, each => each.profilesMs),
      callbacksListedMs: median(looks, each => each.callbacksMs)
    })
  )
  await server.close()
} finally {
  await browser.close()
  await rm(dataDir, { recursive: true, force: true })
}
