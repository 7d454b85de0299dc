import * as http from 'node:http'
import * as https from 'node:https'
import type { Socket } from 'node:net'
import { Fault } from '#shared/faults.ts'
import type { Known, Provider, SampleRequest } from '../../providers/contract.ts'
import type { Origins } from '../origins.ts'
import { openMarked } from '../send/marked-connection.ts'

const answerTimeoutMs = 20_000

/** Builds a provider's sample. faults: not-found (the sample), invalid-input (a field that it does not have). */
export function buildSample(
  provider: Provider,
  sampleId: string,
  values: Record<string, string>,
  { now, known }: { now: Date; known?: Known<string> }
): SampleRequest {
  const sample = provider.callbacks.samples.find(each => each.id === sampleId)
  if (!sample) {
    const known = provider.callbacks.samples.map(each => each.id).join(', ')
    throw new Fault('not-found', {
      message: `${provider.card.name} has no sample "${sampleId}".`,
      advice: `Use one of: ${known}.`
    })
  }
  const fields = provider.card.samples.find(each => each.id === sampleId)?.fields.map(each => each.name)
  const stranger = fields && Object.keys(values).find(name => !fields.includes(name))
  if (fields && stranger !== undefined)
    throw new Fault('invalid-input', {
      message: `The sample "${sampleId}" has no field "${stranger}".`,
      advice: `Its fields are: ${fields.join(', ')}.`,
      field: stranger
    })
  return sample.build(values, now, known)
}

/** The sample's n-th message, from 0: each has what tells it from the others, unless the person filled that in. faults: as buildSample. */
export function buildNth(
  provider: Provider,
  { sample, fields }: { sample: string; fields: Record<string, string> },
  { n, ...rest }: { n: number; now: Date; known?: Known<string> }
): SampleRequest {
  const varied = provider.callbacks.samples.find(each => each.id === sample)?.varied
  return buildSample(provider, sample, { ...(n > 0 && varied?.(n)), ...fields }, rest)
}

/** faults: invalid-input. */
export function parseAddress(text: string): URL {
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new Fault('invalid-input', { message: 'The address to send to is not an http or https URL.', field: 'to' })
  return url
}

type SampleWay = {
  origins: Pick<Origins, 'mark'>
  /** To be trusted instead of what this program trusts. */
  authority?: string | undefined
  aborted?: AbortSignal | undefined
}

/**
 * Sends a request over a connection of its own, headers in their order and case. On the listener's own sockets it counts
 * as simulated. out: the status that came back. faults: unreachable (also where it was aborted), timeout.
 */
export async function sendSample(
  request: SampleRequest,
  url: URL,
  { origins, authority, aborted }: SampleWay
): Promise<number> {
  const mark = (ours: Socket) => origins.mark(ours, 'simulate')
  const socket = await openMarked(url, { mark, authority, limitMs: answerTimeoutMs, signal: aborted }).catch(
    (error: unknown) => {
      throw unreachable(url, error)
    }
  )
  const body = Buffer.from(request.body)
  const headers = [
    'Host',
    url.host,
    ...request.headers.flat(),
    'Content-Length',
    String(body.byteLength),
    'Connection',
    'close'
  ]
  return new Promise((resolve, reject) => {
    const late = AbortSignal.timeout(answerTimeoutMs)
    const signal = aborted ? AbortSignal.any([late, aborted]) : late
    const send = url.protocol === 'https:' ? https.request : http.request
    const sent = send(withQuery(url, request.query), {
      method: request.method,
      headers,
      signal,
      createConnection: () => socket
    })
    sent.on('response', response => {
      response.on('error', () => {}).resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', error => {
      socket.destroy()
      reject(
        late.aborted
          ? new Fault('timeout', { message: `${url.host} did not answer in time.` })
          : unreachable(url, error)
      )
    })
    sent.end(body)
  })
}

/** The query of the sample comes after the address's own. */
function withQuery(url: URL, query = ''): URL {
  const next = new URL(url)
  next.search = [url.search.slice(1), query].filter(Boolean).join('&')
  return next
}

function unreachable(url: URL, cause: unknown): Fault {
  return new Fault('unreachable', {
    message: `Nothing could be sent to ${url.host}.`,
    advice: 'Check that something listens there, or leave the address out to use the listener.',
    cause
  })
}
