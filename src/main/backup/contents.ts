import * as z from 'zod'
import { secretRef } from '#shared/model/account.ts'
import { damaged } from './seal.ts'

const heldSecret = secretRef.extend({ owner: z.string(), value: z.string() })
/** A secret with its value, inside a backup and in memory only. */
export type HeldSecret = z.infer<typeof heldSecret>

const manifest = z.object({
  /** Of Plugboard. */
  madeBy: z.string(),
  madeMs: z.int(),
  databaseBytes: z.int().min(1),
  /** null: none was asked for. */
  secrets: z.array(heldSecret).nullable()
})
export type Manifest = z.infer<typeof manifest>

const lengthBytes = 4
const longestManifest = 256 * 1024 * 1024

/** What is sealed: four bytes of length, the manifest as JSON, the database. */
export function contentsOf(own: Manifest, database: AsyncIterable<Uint8Array>) {
  const text = Buffer.from(JSON.stringify(own))
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32BE(text.length)
  const bytes = lengthBytes + text.length + own.databaseBytes
  async function* plain(): AsyncGenerator<Uint8Array> {
    yield Buffer.concat([length, text])
    yield* database
  }
  return { bytes, plain: plain() }
}

/**
 * Reads what was sealed: the manifest, and the database's bytes as they come. All of it is authentic once the last of them
 * was taken. faults, also while they are taken: backup-damaged, and those of the stream.
 */
export async function readContents(
  plain: AsyncGenerator<Buffer, undefined>
): Promise<{ own: Manifest; database: AsyncGenerator<Buffer> }> {
  const held: Buffer[] = []
  let [bytes, end] = [0, Number.POSITIVE_INFINITY]
  while (bytes < end) {
    const next = await plain.next()
    if (next.done) throw damaged('what is inside is not what it says')
    held.push(next.value)
    bytes += next.value.length
    if (end === Number.POSITIVE_INFINITY) end = manifestEnd(Buffer.concat(held))
  }
  const head = Buffer.concat(held)
  const own = parseManifest(head.subarray(lengthBytes, end))
  return { own, database: databaseOf(own, head.subarray(end), plain) }
}

async function* databaseOf(own: Manifest, first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let { length } = first
  yield first
  for await (const piece of rest) {
    length += piece.length
    yield piece
  }
  if (length !== own.databaseBytes) throw damaged('what is inside is not what it says')
}

/** out: infinity: what is there does not say it yet. */
function manifestEnd(head: Buffer): number {
  if (head.length < lengthBytes) return Number.POSITIVE_INFINITY
  const length = head.readUInt32BE(0)
  if (length > longestManifest) throw damaged('what is inside is not what it says')
  return lengthBytes + length
}

function parseManifest(text: Buffer): Manifest {
  try {
    return manifest.parse(JSON.parse(text.toString()))
  } catch {
    // Not quoted as a cause: there may be secrets in it.
    throw damaged('what is inside does not have the form of a backup')
  }
}
