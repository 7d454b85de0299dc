// Its library is built on decorators, and says so when this is missing.
import 'reflect-metadata'
import { createHash, randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator
} from '@peculiar/x509'
import { nameConstraints, nameConstraintsId, namesPermitted } from './name-constraints.ts'

/** A certificate, which is public, and its private key, which belongs in the vault. Both PEM. */
export type Identity = { certificate: string; key: string }

const dayMs = 86_400_000
const authorityDays = 730
const serverDays = 90
const renewBeforeDays = 30
/** Against clocks that are a little behind. */
const backdatedMs = 3_600_000
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** The names that always lead to this computer. */
const ownNames = ['localhost', '127.0.0.1', '::1']

/** The names that certificates are for: this computer's, and those of the hosts. in: as they stand in a Host header. */
export function namesFor(hosts: readonly string[]): string[] {
  const plain = hosts.map(host =>
    host
      .toLowerCase()
      .replace(/:\d+$/, '')
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, '')
  )
  return [...new Set([...ownNames, ...plain.filter(isNameable)])]
}

/** No authority can be limited to a name with an underscore, and none is asked for one. */
function isNameable(name: string): boolean {
  return isIP(name) !== 0 || /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(name)
}

/**
 * Makes an authority that can vouch for these names and the names below them, and for nothing else, whoever gets hold of its
 * key. It is valid for two years.
 */
export async function createAuthority(names: readonly string[], nowMs: number): Promise<Identity> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ CN: [`Plugboard on this computer ${randomBytes(3).toString('hex')}`] }],
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + authorityDays * dayMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      new Extension(nameConstraintsId, true, nameConstraints(names))
    ]
  })
  return { certificate: pemText(certificate), key: await keyPem(keys.privateKey) }
}

/** Makes the server's certificate, valid for 90 days. in: names: all permitted by the authority. */
export async function createServerIdentity(
  authority: Identity,
  names: readonly string[],
  nowMs: number
): Promise<Identity> {
  const issuer = new X509Certificate(authority.certificate)
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: [{ CN: ['Plugboard listener'] }],
    issuer: issuer.subjectName,
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(Math.min(nowMs + serverDays * dayMs, issuer.notAfter.getTime())),
    publicKey: keys.publicKey,
    signingKey: await signingKey(authority.key),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map(alternativeName)),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey)
    ]
  })
  return { certificate: pemText(certificate), key: await keyPem(keys.privateKey) }
}

/** What people see of an authority. `fingerprint`: SHA-256, as systems show it. */
export type AuthorityCard = { fingerprint: string; names: string[]; validUntilMs: number }

export function authorityCard(certificate: string): AuthorityCard {
  const read = new X509Certificate(certificate)
  const hash = createHash('sha256').update(new Uint8Array(read.rawData)).digest('hex').toUpperCase()
  return {
    fingerprint: hash.match(/../g)?.join(':') ?? '',
    names: namesPermitted(read.getExtension(nameConstraintsId)?.value),
    validUntilMs: read.notAfter.getTime()
  }
}

/** The names that an authority with these may vouch for. */
export function permittedOf(names: readonly string[], permitted: readonly string[]): string[] {
  return names.filter(name => permitted.some(each => name === each || (isIP(each) === 0 && name.endsWith(`.${each}`))))
}

/** Whether the authority may still make a certificate that lasts until the next renewal. */
export function isAuthorityUsable(certificate: string, nowMs: number): boolean {
  return authorityCard(certificate).validUntilMs - nowMs > renewBeforeDays * dayMs
}

/** Whether it is of this authority, for exactly these names, and not soon over. */
export function isServerUsable(
  certificate: string,
  { authority, names, nowMs }: { authority: string; names: readonly string[]; nowMs: number }
): boolean {
  const read = new X509Certificate(certificate)
  const issuer = new X509Certificate(authority)
  const keyId = issuer.getExtension(SubjectKeyIdentifierExtension)?.keyId
  const named =
    read
      .getExtension(SubjectAlternativeNameExtension)
      ?.names.toJSON()
      .map(({ value }) => value) ?? []
  return (
    keyId !== undefined &&
    read.getExtension(AuthorityKeyIdentifierExtension)?.keyId === keyId &&
    named.toSorted().join() === names.toSorted().join() &&
    read.notAfter.getTime() - nowMs > renewBeforeDays * dayMs
  )
}

function alternativeName(value: string): { type: 'dns' | 'ip'; value: string } {
  return { type: isIP(value) === 0 ? 'dns' : 'ip', value }
}

function pemText(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`
}

async function keyPem(key: CryptoKey): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

async function signingKey(pem: string): Promise<CryptoKey> {
  const bytes = PemConverter.decodeFirst(pem)
  return crypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign'])
}

/** Positive, and with enough chance that no two are the same. */
function newSerial(): string {
  return `01${randomBytes(15).toString('hex')}`
}
