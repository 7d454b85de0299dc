import { BlockList, isIPv6 } from 'node:net'

const here = rangesOf(['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128'])
const inside = rangesOf([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
  'fe80::/10'
])

/** Endings of names that only a private network resolves (RFC 6762, RFC 8375, ICANN's .internal, and what routers use). */
const insideNames = /\.(?:local|internal|lan|home|home\.arpa|corp|intranet)$/

type Place = 'here' | 'inside' | 'public'

/**
 * What is odd about an address that a provider is to call; undefined where nothing is, or where it is no address. in:
 * caller: the provider's name; baseUrl: where the provider is: one on this computer can call this computer. `mayBePlain`:
 * what is fetched there is public anyway, so that http is as good as https.
 */
export function addressWarning(
  address: string,
  { caller, baseUrl, mayBePlain = false }: { caller: string; baseUrl: string; mayBePlain?: boolean }
): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url) return undefined
  const place = placeOf(url.hostname)
  if (place !== 'public') {
    if (isNear(baseUrl)) return undefined
    return place === 'here'
      ? `This is an address of this computer alone: ${caller} cannot reach it. It needs the public address of a tunnel or a server.`
      : `This is an address inside a private network: ${caller} cannot reach it from the internet.`
  }
  if (url.protocol !== 'http:' || mayBePlain) return undefined
  return 'This goes over the internet unencrypted: phone numbers and texts can be read on the way. Use https:// if the server has it.'
}

/** A provider on this computer or in its network: a simulator. */
function isNear(baseUrl: string): boolean {
  return baseUrl.startsWith('sandbox:') || (URL.canParse(baseUrl) && placeOf(new URL(baseUrl).hostname) !== 'public')
}

/** in: the host of a parsed URL, so that an IPv4 address is in its usual form and an IPv6 one in brackets. */
function placeOf(hostname: string): Place {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const family = isIPv6(host) ? 'ipv6' : 'ipv4'
  if (/^(?:.+\.)?localhost$/.test(host) || here.check(host, family)) return 'here'
  const isName = !/^[\d.]+$/.test(host) && family === 'ipv4'
  return inside.check(host, family) || insideNames.test(host) || (isName && !host.includes('.')) ? 'inside' : 'public'
}

function rangesOf(ranges: string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [net = '', bits = ''] = range.split('/')
    list.addSubnet(net, Number(bits), isIPv6(net) ? 'ipv6' : 'ipv4')
  }
  return list
}
