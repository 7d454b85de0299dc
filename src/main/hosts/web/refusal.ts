import type { ServerResponse } from 'node:http'
import { Fault } from '#shared/faults.ts'

/** Answers with a page of two plain sentences. The headers that every answer has are already set. */
export function refuse(response: ServerResponse, status: number, fault: Fault): void {
  const { message, advice } = fault.report()
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' })
  response.end(page(message, advice))
}

export function notAllowedIn(message?: string): Fault {
  return new Fault('unauthorised', { ...(message !== undefined && { message }) })
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
