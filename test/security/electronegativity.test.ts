import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../helpers/built.ts'
import { copyLowered, installChecker, runChecker, type Finding, type Report } from '../helpers/electronegativity.ts'

// What electronegativity finds in the sources and in the build. Every finding stands here with why it is none, also an
// informational one (it calls nodeIntegration that); one that is not here fails, and so does a reason without a finding.

type Reason = { check: string; file: string; why: string }

const reasons: Reason[] = [
  {
    check: 'CSP_GLOBAL_CHECK',
    file: 'N/A',
    why: 'It looks for a meta tag. The policy is a header of every answer of app:// (checklist.test.ts, 7).'
  },
  {
    check: 'CERTIFICATE_ERROR_EVENT_JS_CHECK',
    file: 'main/hosts/electron/guards.ts',
    why: 'The handler refuses: a wrong certificate gets no (electron-guards.test.ts).'
  },
  {
    check: 'PROTOCOL_HANDLER_JS_CHECK',
    file: 'main/hosts/electron/links.ts',
    why: 'plugboard:// moves the page to a place of a closed list, and does nothing (electron-links.test.ts).'
  },
  {
    check: 'OPEN_EXTERNAL_JS_CHECK',
    file: 'main/hosts/electron/outside.ts',
    why: 'https alone, and the hosts of the providers’ documentation alone (checklist.test.ts, 15).'
  },
  {
    check: 'AUXCLICK_JS_CHECK',
    file: 'main/hosts/electron/window.ts',
    why: 'A middle click asks for a window as every link does, and gets none (checklist.test.ts, 14).'
  },
  {
    check: 'PRELOAD_JS_CHECK',
    file: 'main/hosts/electron/window.ts',
    why: 'It asks for a review. The preload hands over one port, is sandboxed and isolated (checklist.test.ts, 3, 4, 20).'
  }
]

/** In the build all of the shell is one file. */
const builtReasons = reasons.map(reason => ({ ...reason, file: reason.file === 'N/A' ? 'N/A' : 'main/chunks/main.js' }))

const checker = installChecker()
const missing = 'missing' in checker ? checker.missing : undefined
const installed = 'folder' in checker ? checker.folder : ''

describe.skipIf(missing !== undefined)(`electronegativity${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'plugboard-electronegativity-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('finds nothing in the sources that is not explained', async () => {
    const sources = join(folder, 'src')
    cpSync(join(import.meta.dirname, '../../src'), sources, { recursive: true })
    const report = await runChecker(installed, sources)
    expect(report.unread).toEqual([])
    expect(notExplained(report, reasons)).toEqual([])
    expect(explainsNothing(report, reasons)).toEqual([])
  }, 300_000)

  test('finds nothing in the build that is not explained', async () => {
    const build = join(folder, 'out')
    await copyLowered(await ensureBuilt(), build)
    const report = await runChecker(installed, build)
    expect(report.unread).toEqual([])
    expect(notExplained(report, builtReasons)).toEqual([])
    expect(explainsNothing(report, builtReasons)).toEqual([])
  }, 400_000)

  // Where a window says anything about its sandbox, the checker passes its nodeIntegration over: checklist.test.ts, 2.
  test('does find what is wrong: a page with Node, without isolation, and a second way to the outside', async () => {
    const planted = join(folder, 'planted')
    mkdirSync(join(planted, 'main/hosts/electron'), { recursive: true })
    const text = `
      const { BrowserWindow, shell } = require('electron')
      new BrowserWindow({ webPreferences: { nodeIntegration: true, contextIsolation: false, webSecurity: false } })
      new BrowserWindow({ webPreferences: { sandbox: false } })
      shell.openExternal(process.argv[2])
      shell.openExternal(process.argv[3])
    `
    writeFileSync(join(planted, 'main/hosts/electron/outside.js'), text)
    const report = await runChecker(installed, planted)
    const reason = { check: 'OPEN_EXTERNAL_JS_CHECK', file: 'main/hosts/electron/outside.js', why: 'one is explained' }
    const checks = notExplained(report, [reason]).map(line => line.split(' ')[0])
    for (const check of ['NODE_INTEGRATION', 'CONTEXT_ISOLATION', 'SANDBOX', 'WEB_SECURITY', 'OPEN_EXTERNAL']) {
      expect(checks).toContain(`${check}_JS_CHECK`)
    }
    const idle = { check: 'AUXCLICK_JS_CHECK', file: 'main/elsewhere.js', why: 'there is no such file' }
    expect(explainsNothing(report, [reason, idle])).toEqual([idle])
  }, 300_000)
})

/** Each reason explains one finding of its check in its file. out: the others, as a person reads them. */
function notExplained({ found }: Report, explained: Reason[]): string[] {
  const left = [...explained]
  return found
    .filter(finding => {
      const at = left.findIndex(reason => isAbout(reason, finding))
      if (at !== -1) left.splice(at, 1)
      return at === -1
    })
    .map(({ id, file, line, sample }) => `${id} ${file}:${line} ${sample ?? ''}`)
}

function explainsNothing({ found }: Report, explained: Reason[]): Reason[] {
  return explained.filter(reason => !found.some(finding => isAbout(reason, finding)))
}

/** The names of built files end with a hash. */
function isAbout({ check, file }: Reason, finding: Finding): boolean {
  return check === finding.id && file === finding.file.replace(/-[\w-]{8}(?=\.js$)/, '')
}
