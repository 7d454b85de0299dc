import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import react from '@vitejs/plugin-react'
import { serveWeb } from '../../src/main/hosts/web/serve.ts'
import { chromiumFlags, chromiumPath } from '../helpers/chromium.ts'
import { openLaboratory } from '../helpers/laboratory-core.ts'

// The list of callbacks under a stream: 100,000 rows that are there, 500 more each second, each told twice. Prints how long the
// page's thread was busy in one piece and how often it drew. Run: node test/bench/live-list.ts [perSecond] [seconds]

const perSecond = Number(process.argv[2] ?? 500)
const seconds = Number(process.argv[3] ?? 10)
const root = join(import.meta.dirname, '../..')

async function buildPage(outDir: string): Promise<void> {
  const input = join(root, 'src/renderer/index.html')
  await build({
    root: join(root, 'src/renderer'),
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    build: { outDir, emptyOutDir: true, rolldownOptions: { input } }
  })
}

type Seen = { longTasks: number[]; frames: number[]; heapMb: number }

/** Counts frames and long tasks in the page for a while. */
async function watched(page: Page, ms: number): Promise<Seen> {
  return page.evaluate(async forMs => {
    const longTasks: number[] = []
    const frames: number[] = []
    const observer = new PerformanceObserver(list => {
      for (const entry of list.getEntries()) longTasks.push(entry.duration)
    })
    observer.observe({ entryTypes: ['longtask'] })
    let last = performance.now()
    const endMs = last + forMs
    await new Promise<void>(resolve => {
      const next = (nowMs: number) => {
        frames.push(nowMs - last)
        last = nowMs
        if (nowMs < endMs) requestAnimationFrame(next)
        else resolve()
      }
      requestAnimationFrame(next)
    })
    observer.disconnect()
    const { memory } = performance as unknown as { memory?: { usedJSHeapSize: number } }
    return { longTasks, frames, heapMb: (memory?.usedJSHeapSize ?? 0) / 1e6 }
  }, ms)
}

function report(name: string, { longTasks, frames, heapMb }: Seen): void {
  const sorted = frames.toSorted((one, other) => one - other)
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(0)
  const fps = (frames.length / (frames.reduce((sum, gap) => sum + gap, 0) / 1000)).toFixed(0)
  const longest = Math.max(0, ...longTasks).toFixed(0)
  const late = frames.filter(gap => gap > 50).length
  console.log(
    `${name.padEnd(26)} ${fps} frames/s, gap p50 ${at(0.5)} p99 ${at(0.99)} max ${at(0.9999)} ms, ${late} over 50 ms; ` +
      `${longTasks.length} long tasks, longest ${longest} ms; heap ${heapMb.toFixed(0)} MB`
  )
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-live-'))
  const rendererDir = process.env['PLUGBOARD_PAGE'] ?? join(folder, 'page')
  if (process.env['PLUGBOARD_PAGE'] === undefined) await buildPage(rendererDir)
  const laboratory = openLaboratory({ rows: 100_000, perSecond: 0 })
  const core = { router: laboratory.router, close: async () => {} } as never
  const log = pino({ level: 'silent' })
  const server = await serveWeb({ core, rendererDir, log })
  const browser = await chromium.launch({
    executablePath: chromiumPath() ?? '',
    args: [...chromiumFlags, '--enable-precise-memory-info']
  })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(server.url)
    await page.evaluate(() => {
      window.location.hash = '#/callbacks'
    })
    await page
      .getByRole('row', { name: /100000/ })
      .first()
      .waitFor()
    report('at rest', await watched(page, 3_000))
    laboratory.arrive(perSecond)
    await page.waitForTimeout(1_000)
    report(`follows ${perSecond}/s`, await watched(page, seconds * 1000))
    await page.locator('.pb-list').evaluate(list => list.scrollTo({ top: 4_000 }))
    report('stands still, counts', await watched(page, 4_000))
    console.log(`chip: ${await page.locator('.pb-live-chip').textContent()}`)
    const scrolled = page.locator('.pb-list').evaluate(async list => {
      for (let step = 0; step < 240; step += 1) {
        list.scrollBy({ top: 600 })
        await new Promise(resolve => requestAnimationFrame(resolve))
      }
    })
    report('scrolled down fast', await watched(page, 5_000))
    await scrolled
    const rows = await page.locator('.pb-list tbody tr').count()
    console.log(`rows in the page: ${rows}; rows stored: ${laboratory.count()}`)
  } finally {
    await browser.close()
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

await main()
