import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { seal, unseal } from '../../src/main/backup/seal.ts'

const passphrase = 'a passphrase of this test'
const cost = { N: 2, r: 1, p: 1 }
const pieceBytes = 65_536

async function* inParts(bytes: Buffer, partBytes: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += partBytes) yield bytes.subarray(from, from + partBytes)
}

async function sealed(bytes: Buffer, partBytes = 1_000_000): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of seal(inParts(bytes, partBytes), { bytes: bytes.length, passphrase, cost })) parts.push(part)
  return Buffer.concat(parts)
}

async function opened(file: Buffer, word = passphrase): Promise<Buffer> {
  const readAt = async (position: number, bytes: number) => file.subarray(position, position + bytes)
  const parts: Buffer[] = []
  for await (const part of unseal({ bytes: file.length, readAt }, word)) parts.push(part)
  return Buffer.concat(parts)
}

async function codeOf(file: Buffer, word?: string): Promise<string> {
  try {
    await opened(file, word)
    return 'opened'
  } catch (error) {
    if (error instanceof Fault) return error.code
    throw error
  }
}

const some = Buffer.from(Array.from({ length: pieceBytes * 2 + 77 }, (_, index) => (index * 7) % 251))

test('what was sealed comes out as it was, of any length and in whatever parts it came', async () => {
  const lengths = fc.oneof(
    fc.integer({ min: 1, max: 200 }),
    fc.constantFrom(pieceBytes - 1, pieceBytes, pieceBytes + 1, 2 * pieceBytes)
  )
  const property = fc.asyncProperty(lengths, fc.integer({ min: 1_000, max: 200_000 }), async (length, partBytes) => {
    const bytes = some.subarray(0, length)
    expect((await opened(await sealed(bytes, partBytes))).equals(bytes)).toBe(true)
  })
  await fc.assert(property, { numRuns: 60 })
})

test('another passphrase is named as such, and one typed on another system is the same', async () => {
  const file = await sealed(some)
  expect(await codeOf(file, 'another passphrase')).toBe('backup-wrong-passphrase')
  const parts: Buffer[] = []
  for await (const part of seal(inParts(some, 99_999), { bytes: some.length, passphrase: 'caf\u00e9 noir', cost }))
    parts.push(part)
  expect(await codeOf(Buffer.concat(parts), 'cafe\u0301 noir')).toBe('opened')
})

test('a file that was cut anywhere is not complete, and is never opened', async () => {
  const file = await sealed(some)
  const property = fc.asyncProperty(fc.integer({ min: 1, max: file.length - 1 }), async bytes => {
    expect(await codeOf(file.subarray(0, bytes))).toBe('backup-incomplete')
  })
  await fc.assert(property, { numRuns: 200, examples: [[1], [100], [file.length - 16], [file.length - 1]] })
})

test('a file in which any bit was changed is damaged, and is never opened', async () => {
  const file = await sealed(some)
  const isNamed = (code: string) => ['backup-damaged', 'backup-newer', 'backup-incomplete'].includes(code)
  const property = fc.asyncProperty(fc.nat({ max: file.length - 1 }), fc.nat({ max: 7 }), async (at, bit) => {
    const changed = Buffer.from(file)
    changed[at] = (changed[at] ?? 0) ^ (1 << bit)
    expect(isNamed(await codeOf(changed))).toBe(true)
  })
  await fc.assert(property, { numRuns: 300 })
})

test('pieces that were swapped, left out, doubled or taken from another file are damage', async () => {
  const [file, other] = [await sealed(some), await sealed(some)]
  const head = file.indexOf(10) + 1
  const length = pieceBytes + 16
  const [first, second] = [file.subarray(head, head + length), file.subarray(head + length, head + 2 * length)]
  const rest = file.subarray(head + 2 * length)
  const made = (...parts: Buffer[]) => Buffer.concat([file.subarray(0, head), ...parts])
  expect(await codeOf(made(first, second, rest))).toBe('opened')
  expect(await codeOf(made(second, first, rest))).toBe('backup-damaged')
  expect(await codeOf(made(first, first, rest))).toBe('backup-damaged')
  expect(await codeOf(made(first, second, rest, Buffer.alloc(1)))).toBe('backup-damaged')
  expect(await codeOf(made(other.subarray(head, head + length), second, rest))).toBe('backup-damaged')
})

test('what is no backup, and what a newer version made, are told apart', async () => {
  const file = await sealed(some)
  const head = file.indexOf(10) + 1
  const text = file.subarray(0, head).toString()
  const newer = Buffer.concat([Buffer.from(text.replace('"version":1', '"version":2')), file.subarray(head)])
  expect(await codeOf(newer)).toBe('backup-newer')
  for (const foreign of ['', 'SQLite format 3\0', '{"format":"plugboard-vault"}\n', '\u007fELF']) {
    expect(await codeOf(Buffer.from(foreign))).toBe('backup-damaged')
  }
  const greedy = text.replace('"N":2', '"N":1048577')
  expect(await codeOf(Buffer.concat([Buffer.from(greedy), file.subarray(head)])), 'it does not work for hours').toBe(
    'backup-damaged'
  )
})
