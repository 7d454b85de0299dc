import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

type Rule = { folder: string; may: string[] }
type Import = { file: string; specifier: string }

/** The table "Who may import whom" of src/README.md: the one text that both people and this test read. */
function readRules(): Rule[] {
  const page = readFileSync(join(root, 'src/README.md'), 'utf8')
  const section = page.slice(page.indexOf('## Who may import whom'))
  const rows = [...section.matchAll(/^\| `([^|]+)` \| ([^|]+) \| ([^|]*) \|$/gm)]
  return rows.map(([, folder = '', may = '']) => ({
    folder,
    may: [...may.matchAll(/`([^`]+)`/g)].map(([, token = '']) => token)
  }))
}

function filesUnder(folder: string): string[] {
  return globSync('**/*.{ts,tsx}', { cwd: join(root, folder) }).map(file => posix.join(folder, file))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = text.matchAll(/(?:from\s+|import\s*\(\s*|^import\s+)['"]([^'"]+)['"]/gm)
  return [...found].map(([, specifier = '']) => ({ file, specifier: targetOf(file, specifier) }))
}

/** `src/…` for our own files, else the package. */
function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('#shared/')) return specifier.replace('#shared/', 'src/shared/')
  if (specifier.startsWith('.')) return relative(root, join(root, dirname(file), specifier)).replaceAll('\\', '/')
  return specifier
}

function ruleFor(rules: Rule[], file: string): Rule | undefined {
  const path = file.replace(/^src\//, '')
  return rules
    .filter(rule => path === rule.folder || path.startsWith(`${rule.folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0]
}

function isAllowed(rule: Rule, { specifier }: Import): boolean {
  const ours = specifier.startsWith('src/') ? specifier.slice(4) : undefined
  return [rule.folder, ...rule.may].some(token => {
    if (ours !== undefined) return ours === token || ours.startsWith(`${token}/`)
    if (token.endsWith('*')) return specifier.startsWith(token.slice(0, -1))
    return specifier === token || specifier.startsWith(`${token}/`)
  })
}

function breaches(rules: Rule[], imports: Import[]): string[] {
  return imports.flatMap(found => {
    const rule = ruleFor(rules, found.file)
    if (!rule) return `${found.file}: its folder has no row in the table`
    return isAllowed(rule, found) ? [] : `${found.file} imports ${found.specifier}, which ${rule.folder} may not`
  })
}

const rules = readRules()
const files = filesUnder('src')
const code = files.map(file => ({ file, text: readFileSync(join(root, file), 'utf8') }))
const outside = (...folders: string[]) => code.filter(({ file }) => !folders.some(folder => file.startsWith(folder)))
const naming = (where: typeof code, pattern: RegExp) =>
  where.filter(({ text }) => pattern.test(text)).map(({ file }) => file)

test('every import is one that the table in src/README.md allows', () => {
  expect(rules.length).toBeGreaterThan(12)
  expect(files.length).toBeGreaterThan(60)
  expect(breaches(rules, files.flatMap(importsOf))).toEqual([])
})

test('the check itself finds a breach', () => {
  const planted = [
    { file: 'src/main/sync/x.ts', specifier: 'src/main/vault/vault.ts' },
    { file: 'src/renderer/x.tsx', specifier: 'electron' },
    { file: 'src/main/sandbox/x.ts', specifier: 'src/main/providers/exotel/wire.ts' },
    { file: 'src/main/store/x.ts', specifier: 'better-sqlite3' }
  ]
  expect(breaches(rules, planted).map(line => line.split(' ')[0])).toEqual([
    'src/main/sync/x.ts',
    'src/renderer/x.tsx',
    'src/main/sandbox/x.ts'
  ])
})

test('SQL stands in the store only', () => {
  const sql = /\b(SELECT\s[\s\S]{1,200}\sFROM|INSERT\s+(OR \w+ )?INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET)\b/
  expect(naming(outside('src/main/store'), sql)).toEqual([])
})

test('wire names stand in the folder of their provider only (and in its simulator)', () => {
  const wireNames = {
    exotel: /\b(CustomerID|CustomerId|AppID|CallSid|RequestId|DetailedStatusCode|app_setting)\b/,
    jframework: /\b(appIntegrationId|appIntegration)\b/,
    ocamba: /\b(account_sid|default_phone_number|provider_id|effective_status|smtp_username)\b/,
    opentact: /\b(tollfree_weight|callback_url2)\b/
  }
  const strays = Object.entries(wireNames).flatMap(([id, pattern]) =>
    naming(outside(`src/main/providers/${id}/`, `src/main/sandbox/${id}/`), pattern)
  )
  expect(strays).toEqual([])
  // Twilio's callbacks reach the accounts of several providers; Exotel's SMS id has the same name.
  const twilio = ['src/main/providers/kit/twilio', 'src/main/sandbox/kit/twilio']
  const exotel = ['src/main/providers/exotel/', 'src/main/sandbox/exotel/']
  expect(naming(outside(...twilio, ...exotel), /\b(SmsSid|MessageSid|StatusCallback)\b/)).toEqual([])
})

test('the page never asks which host it is in', () => {
  const asks = /isElectron|isWeb\b|process\.versions|navigator\.userAgent/i
  expect(
    naming(
      code.filter(({ file }) => file.startsWith('src/renderer')),
      asks
    )
  ).toEqual([])
})

test('electron is named in its own host and the preload only', () => {
  const electron = /from ['"]electron['"]|import\(['"]electron['"]\)/
  expect(naming(outside('src/main/hosts/electron', 'src/preload'), electron)).toEqual([])
})

test('files stay readable in one sitting', () => {
  const long = code.filter(({ text }) => text.split('\n').length > 320).map(({ file }) => file)
  expect(long).toEqual([])
})
