import { json } from '../server.ts'
import type { Reply } from '../server.ts'
import type { Switches } from './switches.ts'

/** A request that the simulated service refuses. The HTTP status is 200 all the same. */
export class Refusal extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** in: callback: the name of a JSON-P function, empty for plain JSON. */
export function success(body: unknown, switches: Switches, callback = ''): Reply {
  return wrapped(typed(json(200, envelope(0, switches.successText, body, switches)), switches), callback)
}

export function failure({ code, message }: Refusal, switches: Switches, callback = ''): Reply {
  return wrapped(typed(json(200, envelope(code, message, {}, switches)), switches), callback)
}

/** A planned fault in the service's form. A message that begins with four digits gives the code: `1503 slow down`. */
export function plannedFailure(
  { status, message }: { status: number; message: string },
  switches: Switches,
  headers: Record<string, string>
): Reply {
  const [, digits, rest = message] = /^(\d{4}) (.*)$/.exec(message) ?? []
  const code = digits === undefined ? (status === 429 || status === 503 ? 1503 : 1999) : Number(digits)
  return json(status, envelope(code, rest, {}, switches), headers)
}

function envelope(code: number, resmsg: string, body: unknown, { rescodeAs }: Switches) {
  const head = { rescode: rescodeAs === 'number' ? code : String(code), resmsg }
  return body === undefined ? { head } : { head, body }
}

function typed(reply: Reply, { answerType }: Switches): Reply {
  return { ...reply, headers: { ...reply.headers, 'content-type': `${answerType}; charset=utf-8` } }
}

function wrapped(reply: Reply, callback: string): Reply {
  if (!/^[A-Za-z_$][\w$.]*$/.test(callback)) return reply
  const headers = { 'content-type': 'application/javascript; charset=utf-8' }
  return { ...reply, headers, body: `${callback}(${reply.body});` }
}
