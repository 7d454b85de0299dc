import { isIP } from 'node:net'

// RFC 5280 §4.2.1.10: the names that an authority may vouch for. The certificate library has no class for this extension.
//   NameConstraints ::= SEQUENCE { permittedSubtrees [0] SEQUENCE OF GeneralSubtree OPTIONAL, … }
//   GeneralSubtree  ::= SEQUENCE { base GeneralName }   dNSName [2] IA5String, iPAddress [7] address and mask

export const nameConstraintsId = '2.5.29.30'

const sequence = 0x30
const permitted = 0xa0
const dnsName = 0x82
const ipAddress = 0x87

/** in: host names and addresses; each host name stands for the names below it, too. out: DER. */
export function nameConstraints(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const subtrees = names.map(name => element(sequence, generalName(name)))
  return new Uint8Array(element(sequence, element(permitted, Buffer.concat(subtrees))))
}

/** The names in what `nameConstraints` made; none in anything else. */
export function namesPermitted(der: ArrayBuffer | undefined): string[] {
  if (der === undefined) return []
  const [outer] = elements(Buffer.from(der))
  const [tree] = outer?.tag === sequence ? elements(outer.value) : []
  if (tree?.tag !== permitted) return []
  return elements(tree.value).flatMap(subtree => elements(subtree.value).slice(0, 1).flatMap(nameOf))
}

function generalName(name: string): Buffer {
  if (isIP(name) === 0) return element(dnsName, Buffer.from(name, 'latin1'))
  const address = addressBytes(name)
  return element(ipAddress, Buffer.concat([address, Buffer.alloc(address.length, 0xff)]))
}

function nameOf({ tag, value }: Element): string[] {
  if (tag === dnsName) return [value.toString('latin1')]
  if (tag !== ipAddress) return []
  const address = value.subarray(0, value.length / 2)
  return [address.length === 4 ? [...address].join('.') : ipv6Text(address)]
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = address.split('::')
  const words = (text: string) => (text === '' ? [] : text.split(':').map(word => Number.parseInt(word, 16)))
  const [before, after] = [words(head), words(tail ?? '')]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0)
  return Buffer.from([...before, ...zeros, ...after].flatMap(word => [word >> 8, word & 0xff]))
}

/** In the shortest form. */
function ipv6Text(address: Buffer): string {
  const words = Array.from({ length: 8 }, (_, at) => address.readUInt16BE(at * 2).toString(16)).join(':')
  return new URL(`http://[${words}]`).hostname.slice(1, -1)
}

type Element = { tag: number; value: Buffer }

function element(tag: number, value: Buffer): Buffer {
  const { length } = value
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), value])
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), value])
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), value])
}

function elements(bytes: Buffer): Element[] {
  const found: Element[] = []
  for (let at = 0; at + 2 <= bytes.length;) {
    const first = bytes[at + 1] ?? 0
    const extra = first < 0x80 ? 0 : first & 0x7f
    const length = extra === 0 ? first : bytes.readUIntBE(at + 2, extra)
    const start = at + 2 + extra
    found.push({ tag: bytes[at] ?? 0, value: bytes.subarray(start, start + length) })
    at = start + length
  }
  return found
}
