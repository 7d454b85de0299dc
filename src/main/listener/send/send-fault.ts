import { Fault } from '#shared/faults.ts'
import { partsOf } from './target-url.ts'

/** The limit that broke a request off. */
export class TimeUp extends Error {
  readonly isConnected: boolean
  constructor(isConnected: boolean) {
    super('the time is up')
    this.isConnected = isConnected
  }
}

// What is wrong with a certificate, by the codes of OpenSSL and Node.
const certificates: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'comes from an authority that this program does not trust',
  UNABLE_TO_GET_ISSUER_CERT: 'comes from an authority that is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'comes from an authority that is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'comes from an authority that is not known',
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  CERT_REVOKED: 'was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another name'
}

const certificateAdvice =
  'Start Plugboard with NODE_EXTRA_CA_CERTS=<file of the authority>, or send to http on this computer.'

/** Why something could not be sent, in words. in: what Node said. out: a Fault, also for what nobody foresaw. */
export function sendFault(problem: unknown, address: string): Fault {
  if (problem instanceof Fault) return problem
  const { host } = partsOf(address)
  const code = codeOf(problem)
  const known = (fault: ConstructorParameters<typeof Fault>[0], message: string, advice: string) =>
    new Fault(fault, { message, advice, cause: problem })
  const certificate = certificates[code]
  if (certificate !== undefined)
    return known('untrusted', `The certificate of ${host} ${certificate} (${code}).`, certificateAdvice)
  if (problem instanceof TimeUp)
    return problem.isConnected
      ? known('timeout', `${host} did not answer in time.`, 'Look at what it does for so long, and try again.')
      : known('unreachable', `${host} could not be reached in time.`, checkAdvice)
  if (code === 'ECONNREFUSED') return known('unreachable', `${host} refused the connection.`, checkAdvice)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return known('unreachable', `The name ${host} was not found.`, checkAdvice)
  if (code.startsWith('ERR_SSL') || code === 'EPROTO')
    return known(
      'untrusted',
      `No safe connection to ${host} could be made (${code}).`,
      'Check whether it speaks https.'
    )
  if (code.startsWith('HPE_'))
    return known('protocol', `What ${host} answered is not valid HTTP (${code}).`, 'Check what listens there.')
  if (/^ERR_(INVALID_|UNESCAPED_|HTTP_INVALID)/.test(code))
    return known('invalid-input', `It cannot be sent as it stands: ${wordsOf(problem)}.`, 'Edit it and replay it.')
  if (['ECONNRESET', 'EPIPE', 'ECONNABORTED'].includes(code))
    return known('outcome-unknown', `The connection to ${host} broke before it answered.`, 'It may have arrived.')
  return known('unreachable', `${host} could not be reached${code === '' ? '' : ` (${code})`}.`, checkAdvice)
}

const checkAdvice = 'Check the address, and that something listens there.'

/** What an answer other than 2xx means to whoever sent it; undefined for 2xx. Redirects are not followed. */
export function statusFault(status: number, address: string): Fault | undefined {
  if (status >= 200 && status < 300) return undefined
  const { host } = partsOf(address)
  const message = `${host} answered ${status}.`
  // 408, 425 and 429: not now.
  if (status >= 500 || [408, 425, 429].includes(status))
    return new Fault('provider-error', { message, advice: 'Look at what answers there: its log says why.' })
  if (status >= 300 && status < 400)
    return new Fault('refused', { message, advice: 'Redirects are not followed: name the address it points to.' })
  return new Fault('refused', { message, advice: 'Read its answer, and send it again when it takes it.' })
}

function wordsOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : 'it is not valid HTTP'
}

/** Node gives several failed addresses of one name as one error without a code of its own. */
function codeOf(problem: unknown): string {
  const inner = problem instanceof AggregateError ? problem.errors[0] : problem
  return inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : ''
}
