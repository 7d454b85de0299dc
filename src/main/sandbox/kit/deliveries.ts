import type { Clock } from '../../base/clock.ts'
import { send } from '../request.ts'
import type { CommonSwitches } from './switches.ts'

/** One try to hand an event to a URL. status: null when no answer came; error says why. */
export type Delivery = { event: string; url: string; attempt: number; status: number | null; error?: string }

export type Notice = {
  event: string
  url: string
  contentType: string
  body: string
  /** Further headers, for example a signature. */
  headers?: Record<string, string>
}

/** Posts the notice until a 2xx comes or the retries are used up. out: every try, in order. */
export async function post(notice: Notice, switches: CommonSwitches, clock: Clock): Promise<Delivery[]> {
  const tries: Delivery[] = []
  for (const [index, waitMs] of [0, ...switches.callbackRetryDelaysMs].entries()) {
    if (waitMs > 0) await clock.sleep(waitMs)
    const delivery = await postOnce(notice, index + 1, switches)
    tries.push(delivery)
    if (isAccepted(delivery.status) || !mayLeave(notice.url, switches)) break
  }
  return tries
}

async function postOnce(notice: Notice, attempt: number, switches: CommonSwitches): Promise<Delivery> {
  const { event, url, contentType, body } = notice
  const delivery = { event, url, attempt }
  if (!mayLeave(url, switches)) {
    return { ...delivery, status: null, error: 'not sent: the sandbox sends to http(s) URLs of this computer only' }
  }
  try {
    const headers = {
      'content-type': contentType,
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'plugboard-sandbox',
      ...notice.headers
    }
    const { status } = await send({ url, method: 'POST', headers, body, timeoutMs: switches.callbackTimeoutMs })
    return { ...delivery, status }
  } catch (error) {
    return { ...delivery, status: null, error: error instanceof Error ? error.message : String(error) }
  }
}

/** Invented events are not for anybody's real server, unless the switch says so. */
export function mayLeave(url: string, { deliverTo }: CommonSwitches): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return false
  return deliverTo === 'anywhere' || /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

function isAccepted(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300
}
