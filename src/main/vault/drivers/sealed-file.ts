import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual
} from 'node:crypto'
import * as z from 'zod'
import { Fault } from '#shared/faults.ts'

/** What scrypt costs: `N` rounds (a power of two), `r` block size, `p` lanes. Memory is 128·N·r bytes. */
export type ScryptCost = { N: number; r: number; p: number }

export const defaultCost: ScryptCost = { N: 2 ** 17, r: 8, p: 1 }

/** How a passphrase becomes a key. The bounds keep a tampered header from asking for endless work: 1 GiB at most. */
export const kdf = z.object({
  name: z.literal('scrypt'),
  N: z
    .int()
    .min(2)
    .max(2 ** 20),
  r: z.int().min(1).max(8),
  p: z.int().min(1).max(4),
  salt: z.base64()
})

const sealedFile = z.object({
  format: z.literal('plugboard-vault'),
  version: z.literal(1),
  kdf,
  /** Proves the passphrase before anything is decrypted. */
  check: z.base64(),
  nonce: z.base64(),
  tag: z.base64(),
  data: z.base64(),
  /** SHA-256 of all of the above: tells damage from a wrong passphrase. It protects nothing; the tag does. */
  sum: z.string()
})
export type SealedFile = z.infer<typeof sealedFile>
export type Kdf = z.infer<typeof kdf>

const entriesText = z.record(z.string(), z.string())

/** The keys made from one passphrase and one header; worth keeping, since making them is slow on purpose. */
export type SealKeys = { kdf: Kdf; encryption: Buffer; check: string }

export type Entries = Map<string, string>

/** Makes keys for a new file: 32 random bytes of salt. */
export function newKeys(passphrase: string, cost: ScryptCost): Promise<SealKeys> {
  return deriveKeys(passphrase, { name: 'scrypt', ...cost, salt: randomBytes(32).toString('base64') })
}

/** Makes the keys of an existing file, or keeps those given where they fit. faults: vault-wrong-passphrase. */
export async function keysFor(file: SealedFile, passphrase: string, held: SealKeys | undefined): Promise<SealKeys> {
  const fits = held !== undefined && headerOf(held.kdf) === headerOf(file.kdf)
  const keys = fits ? held : await deriveKeys(passphrase, file.kdf)
  const [expected, found] = [Buffer.from(keys.check, 'base64'), Buffer.from(file.check, 'base64')]
  if (expected.length !== found.length || !timingSafeEqual(expected, found)) throw new Fault('vault-wrong-passphrase')
  return keys
}

/** Encrypts all entries under a nonce of their own, the header bound to them. out: the file's text. */
export function seal(entries: Entries, keys: SealKeys): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keys.encryption, nonce)
  cipher.setAAD(Buffer.from(headerOf(keys.kdf)))
  const data = Buffer.concat([cipher.update(JSON.stringify(Object.fromEntries(entries)), 'utf8'), cipher.final()])
  const body: Omit<SealedFile, 'sum'> = {
    format: 'plugboard-vault',
    version: 1,
    kdf: keys.kdf,
    check: keys.check,
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64')
  }
  return `${JSON.stringify({ ...body, sum: sumOf(body) }, null, 2)}\n`
}

/** Reads the file's text without opening it. faults: vault-damaged. */
export function parseSealed(text: string): SealedFile {
  const parsed = sealedFile.safeParse(parseJson(text))
  if (!parsed.success) throw damaged('it does not have the form of a vault file')
  const { sum, ...body } = parsed.data
  if (sum !== sumOf(body)) throw damaged('its checksum does not fit')
  return parsed.data
}

/** Decrypts the entries. faults: vault-damaged. */
export function unseal(file: SealedFile, keys: SealKeys): Entries {
  const [nonce, tag] = [Buffer.from(file.nonce, 'base64'), Buffer.from(file.tag, 'base64')]
  if (nonce.length !== 12 || tag.length !== 16) throw damaged('its seal is incomplete')
  const decipher = createDecipheriv('aes-256-gcm', keys.encryption, nonce, { authTagLength: 16 })
  decipher.setAAD(Buffer.from(headerOf(file.kdf)))
  decipher.setAuthTag(tag)
  const plain = decipher.update(Buffer.from(file.data, 'base64'))
  try {
    decipher.final()
  } catch {
    // The only thing that final() can say here is that the seal is broken.
    throw damaged('its seal is broken, so it was changed by something else than Plugboard')
  }
  return new Map(Object.entries(entriesText.parse(JSON.parse(plain.toString('utf8')))))
}

async function deriveKeys(passphrase: string, from: Kdf): Promise<SealKeys> {
  const master = await stretch(passphrase, from)
  const subkey = (purpose: string) => Buffer.from(hkdfSync('sha256', master, '', `plugboard vault 1: ${purpose}`, 32))
  const check = createHmac('sha256', subkey('check')).update(headerOf(from)).digest('base64')
  return { kdf: from, encryption: subkey('encryption'), check }
}

/** Slow on purpose. out: 32 bytes. One passphrase typed on two systems may differ in its bytes (é as one or two characters): NFKC makes them equal. */
export function stretch(passphrase: string, { N, r, p, salt }: Kdf): Promise<Buffer> {
  const options = { N, r, p, maxmem: 128 * r * (N + p) + 1024 * 1024 }
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64'), 32, options, (error, key) =>
      error ? reject(error) : resolve(key)
    )
  })
}

function headerOf({ name, N, r, p, salt }: Kdf): string {
  return JSON.stringify(['plugboard-vault', 1, name, N, r, p, salt])
}

function sumOf({ kdf: { name, N, r, p, salt }, check, nonce, tag, data }: Omit<SealedFile, 'sum'>): string {
  return createHash('sha256')
    .update(JSON.stringify([name, N, r, p, salt, check, nonce, tag, data]))
    .digest('hex')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw damaged('it is not JSON')
  }
}

function damaged(reason: string): Fault {
  return new Fault('vault-damaged', { message: `The vault file is damaged: ${reason}` })
}
