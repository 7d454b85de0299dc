import { exitCodeOf, type Fault, type FaultReport } from '#shared/faults.ts'

/** What a command gives back: its value for `--json`, its text for people, and an exit code other than 0 where it has one. */
export type Result = { value: unknown; text: string; exit?: number }

export type Io = {
  json: boolean
  /** One line of progress for people, on stderr. */
  say(line: string): void
  /** One event of a stream on stdout: a JSON line, or its text. */
  event(value: unknown, text: string): void
}

export function createIo(json: boolean): Io {
  return {
    json,
    say: line => void process.stderr.write(`${line}\n`),
    event: (value, text) => void process.stdout.write(`${json ? JSON.stringify(value) : text}\n`)
  }
}

/** Writes the one envelope (`--json`) or the text. out: the exit code. */
export async function writeResult(result: Result, json: boolean): Promise<number> {
  const text = json ? JSON.stringify({ ok: true, value: result.value ?? null }) : result.text
  const isWritten = await write(process.stdout, text)
  return result.exit || (isWritten ? 0 : 1)
}

/** Writes what happened and what to do. out: the exit code that belongs to the fault. */
export async function writeFault(fault: Fault, json: boolean): Promise<number> {
  const report = fault.report()
  await (json
    ? write(process.stdout, JSON.stringify({ ok: false, fault: report }))
    : write(process.stderr, faultText(report)))
  return exitCodeOf(report.code)
}

export function faultText(report: FaultReport): string {
  const lines = [report.message.replace(/[^.!?]$/, '$&.'), report.advice]
  if (report.excerpt) lines.push(`It said: ${report.excerpt}`)
  if (report.incident) lines.push(`Incident ${report.incident}`)
  return lines.join('\n')
}

/**
 * Calls back when nobody reads the output any more, as behind `| head -1`. Other errors of the two streams are looked at
 * where something is written. out: undoes it.
 */
export function endWhenUnread(end: () => void): () => void {
  const onError = (error: Error) => {
    if (isUnread(error)) end()
  }
  process.stdout.on('error', onError)
  process.stderr.on('error', () => undefined)
  return () => void process.stdout.off('error', onError).on('error', () => undefined)
}

function isUnread(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE'
}

/** Ends the text with a line end. out: as `send`. */
function write(stream: NodeJS.WriteStream, text: string): Promise<boolean> {
  if (text === '') return Promise.resolve(true)
  return send(stream, text.endsWith('\n') ? text : `${text}\n`)
}

/**
 * Waits until it has left: an exit right after a write into a pipe would cut it short. out: false where it did not arrive
 * although somebody wanted it, as on a full disk.
 */
export function send(stream: NodeJS.WriteStream, chunk: string | Buffer): Promise<boolean> {
  return new Promise(resolve => stream.write(chunk, error => resolve(!error || isUnread(error))))
}
