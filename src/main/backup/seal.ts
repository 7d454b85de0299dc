import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual
} from 'node:crypto'
import * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import { defaultCost, kdf, stretch, type Kdf, type ScryptCost } from '../vault/drivers/sealed-file.ts'

/** What is sealed at once: a piece is authentic before a byte of it is used. */
const pieceBytes = 65_536
const tagBytes = 16
/** A header is far shorter; what is longer is none. */
const longestHeader = 4_096
const begin = '{"format":"plugboard-backup"'

const sealHeader = z.object({
  format: z.literal('plugboard-backup'),
  version: z.literal(1),
  kdf,
  /** Of what is sealed: a file that ends before is cut off, which needs no passphrase to be seen. */
  bytes: z.int().min(1),
  /** Proves the passphrase before anything is decrypted. */
  check: z.base64(),
  /** SHA-256 of all of the above: tells damage from a wrong passphrase. It protects nothing; the tags do. */
  sum: z.string()
})
type SealHeader = z.infer<typeof sealHeader>

/** What is asked for is given: so many bytes from there, less at the end of the file. */
export type ReadAt = (position: number, bytes: number) => Promise<Buffer>

/**
 * Seals a stream of `bytes` bytes under a passphrase: one line of JSON, then pieces under AES-256-GCM. The nonce of a piece
 * is its number and whether it is the last one, the key is the file's own, so that no piece can be moved, left out or
 * taken from another file. in: cost: less than the default is for tests.
 */
export async function* seal(
  plain: AsyncIterable<Uint8Array>,
  { bytes, passphrase, cost = defaultCost }: { bytes: number; passphrase: string; cost?: ScryptCost }
): AsyncGenerator<Buffer> {
  const made: Kdf = { name: 'scrypt', ...cost, salt: randomBytes(32).toString('base64') }
  const keys = await keysOf(passphrase, made, bytes)
  const own = { format: 'plugboard-backup', version: 1, kdf: made, bytes, check: keys.check } as const
  const header = Buffer.from(`${JSON.stringify({ ...own, sum: sumOf(own) })}\n`)
  yield header
  let [number, sealed] = [0, 0]
  for await (const piece of piecesOf(plain)) {
    sealed += piece.length
    const cipher = createCipheriv('aes-256-gcm', keys.encryption, nonceOf(number, sealed >= bytes))
    cipher.setAAD(header)
    yield Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()])
    number += 1
  }
  if (sealed !== bytes) throw new Error('what was sealed is not as long as was said')
}

/**
 * Opens what `seal` made, piece by piece; each is authentic when it is given, and the whole once the end was reached.
 * faults: backup-wrong-passphrase, backup-damaged, backup-incomplete, backup-newer.
 */
export async function* unseal(
  file: { bytes: number; readAt: ReadAt },
  passphrase: string
): AsyncGenerator<Buffer, undefined> {
  const { header, text } = readHeader(await file.readAt(0, longestHeader), file.bytes)
  const pieces = Math.ceil(header.bytes / pieceBytes)
  const whole = text.length + header.bytes + pieces * tagBytes
  if (file.bytes < whole) throw incomplete(file.bytes, whole)
  if (file.bytes > whole) throw damaged('it is longer than it says')
  const keys = await keysOf(passphrase, header.kdf, header.bytes)
  if (!isSame(keys.check, header.check)) throw new Fault('backup-wrong-passphrase')
  let position = text.length
  for (let number = 0; number < pieces; number += 1) {
    const isLast = number === pieces - 1
    const sealed = await file.readAt(position, pieceBytes + tagBytes)
    position += sealed.length
    yield openPiece(sealed, { key: keys.encryption, nonce: nonceOf(number, isLast), header: text })
  }
}

function openPiece(sealed: Buffer, { key, nonce, header }: { key: Buffer; nonce: Buffer; header: Buffer }): Buffer {
  const end = sealed.length - tagBytes
  if (end < 0) throw incomplete(sealed.length, tagBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(header)
  decipher.setAuthTag(sealed.subarray(end))
  const plain = decipher.update(sealed.subarray(0, end))
  try {
    decipher.final()
  } catch {
    // The only thing that final() can say here is that the seal is broken.
    throw damaged('its seal is broken, so it was changed after it was made')
  }
  return plain
}

function readHeader(start: Buffer, fileBytes: number): { header: SealHeader; text: Buffer } {
  const isOurs = start.subarray(0, begin.length).toString() === begin.slice(0, start.length)
  if (!isOurs || start.length === 0) throw damaged('it does not begin as a backup of Plugboard does')
  const end = start.indexOf(10)
  if (end === -1 && fileBytes < longestHeader) throw incomplete(fileBytes, longestHeader)
  const json = parseJson(start.subarray(0, Math.max(0, end)).toString())
  const version = z.object({ version: z.int().min(2) }).safeParse(json)
  if (version.success) throw new Fault('backup-newer')
  const header = sealHeader.safeParse(json)
  if (!header.success) throw damaged('its first line does not have the form of one')
  const { sum, ...own } = header.data
  if (sum !== sumOf(own)) throw damaged('the checksum of its first line does not fit')
  return { header: header.data, text: start.subarray(0, end + 1) }
}

async function keysOf(passphrase: string, from: Kdf, bytes: number): Promise<{ encryption: Buffer; check: string }> {
  const master = await stretch(passphrase, from)
  const subkey = (purpose: string) => Buffer.from(hkdfSync('sha256', master, '', `plugboard backup 1: ${purpose}`, 32))
  const { name, N, r, p, salt } = from
  const bound = JSON.stringify(['plugboard-backup', 1, name, N, r, p, salt, bytes])
  return {
    encryption: subkey('encryption'),
    check: createHmac('sha256', subkey('check')).update(bound).digest('base64')
  }
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(number, 7)
  nonce.writeUInt8(isLast ? 1 : 0, 11)
  return nonce
}

/** The stream in pieces of one length; the last one has what is left. */
async function* piecesOf(plain: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = []
  let bytes = 0
  for await (const part of plain) {
    held.push(part)
    bytes += part.length
    if (bytes < pieceBytes) continue
    const all = Buffer.concat(held)
    const end = bytes - (bytes % pieceBytes)
    for (let from = 0; from < end; from += pieceBytes) yield all.subarray(from, from + pieceBytes)
    held = [all.subarray(end)]
    bytes -= end
  }
  if (bytes > 0) yield Buffer.concat(held)
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one, 'base64'), Buffer.from(other, 'base64')]
  return left.length === right.length && timingSafeEqual(left, right)
}

function sumOf({ version, kdf: { name, N, r, p, salt }, bytes, check }: Omit<SealHeader, 'sum' | 'format'>): string {
  return createHash('sha256')
    .update(JSON.stringify([version, name, N, r, p, salt, bytes, check]))
    .digest('hex')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What it is not is said by whoever asked.
    return undefined
  }
}

/** The fault of a file that is no backup, or not any more. */
export function damaged(reason: string): Fault {
  return new Fault('backup-damaged', { message: `The file is not a backup, or is damaged: ${reason}` })
}

function incomplete(bytes: number, of: number): Fault {
  return new Fault('backup-incomplete', {
    message: `The backup is not complete: ${of - bytes} bytes or more are missing`
  })
}
