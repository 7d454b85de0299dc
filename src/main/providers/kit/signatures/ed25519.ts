import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'

// Node takes keys in the forms of RFC 8410; senders hand out the 32 raw bytes. These prefixes are all that lies between.
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex')
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const keyBytes = 32

/** base64 of the 32 raw bytes of each. */
export type KeyPair = { publicKey: string; privateKey: string }

export function newKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const last = (bytes: Buffer) => bytes.subarray(-keyBytes).toString('base64')
  return {
    publicKey: last(publicKey.export({ format: 'der', type: 'spki' })),
    privateKey: last(privateKey.export({ format: 'der', type: 'pkcs8' }))
  }
}

/** Whether it is base64 of 32 bytes, written as it should be. */
export function isKeyText(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=?$/.test(text)
}

/** in: base64 of the 32 raw bytes. out: undefined where it is none. */
export function publicKeyOf(text: string): KeyObject | undefined {
  const raw = Buffer.from(text, 'base64')
  if (raw.length !== keyBytes) return undefined
  return createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: 'der', type: 'spki' })
}

export function verifyEd25519(key: KeyObject, content: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === 64 && verify(null, content, key, signature)
}

/** in: base64 of the 32 raw bytes of the private key. out: the 64 bytes of the signature. */
export function signEd25519(privateKey: string, content: Uint8Array): Buffer {
  const raw = Buffer.from(privateKey, 'base64')
  if (raw.length !== keyBytes) throw new Error('an Ed25519 private key has 32 bytes')
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, raw]), format: 'der', type: 'pkcs8' })
  return sign(null, content, key)
}
