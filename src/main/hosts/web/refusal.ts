import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Fault } from '#shared/faults.ts'

/** Answers with a page of two plain sentences. The headers that every answer has are already set. */
export function refuse(response: ServerResponse, status: number, fault: Fault): void {
  const { message, advice } = fault.report()
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' })
  response.end(page(message, advice))
}

/**
 * Answers on a bare connection and ends it, on this side too: a stranger that keeps its side open would keep the server from
 * closing.
 */
export function refuseStream(stream: Duplex, status: number, headers: Record<string, string>): void {
  if (!stream.writable) return void stream.destroy()
  const lines = Object.entries({ ...headers, Connection: 'close', 'Content-Length': '0' })
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines.map(([name, value]) => `${name}: ${value}`)]
  stream.end(`${head.join('\r\n')}\r\n\r\n`, () => stream.destroy())
}

function page(message: string, advice: string): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Plugboard</title></head><body>',
    `<h1>${escape(message)}</h1><p>${escape(advice)}</p>`,
    '</body></html>\n'
  ].join('')
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}
