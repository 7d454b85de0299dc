import type { Client } from '../api/client.ts'
import { base64OfBytes } from '../state/attempts.ts'
import { bytesOf } from './body-text.ts'

/** A message may be 8 MB long; smaller ones let other calls pass in between. */
const pieceBytes = 1_048_576

/** How much of it has gone over, from 0 to 1. */
export type Tell = (part: number) => void

/** Makes a backup without secrets and takes it piece by piece, so that the browser can keep a large one on the disk. */
export async function fetchBackup(
  client: Client,
  passphrase: string,
  tell: Tell
): Promise<{ fileName: string; content: Blob }> {
  const { id, bytes, fileName } = await client.backup.begin({ passphrase })
  const parts: Blob[] = []
  for (let position = 0; position < bytes;) {
    const piece = bytesOf((await client.backup.read({ id, position })).base64)
    if (piece.length === 0) throw new Error('a backup ended before its end')
    parts.push(new Blob([piece]))
    position += piece.length
    tell(position / bytes)
  }
  return { fileName, content: new Blob(parts) }
}

/** Hands over a file piece by piece. out: its id. */
export async function sendBackup(client: Client, file: Blob, tell: Tell): Promise<string> {
  let id: string | undefined
  for (let position = 0; position < file.size || id === undefined; position += pieceBytes) {
    const piece = await file.slice(position, position + pieceBytes).arrayBuffer()
    id = (await client.backup.put({ id, base64: base64OfBytes(new Uint8Array(piece)) })).id
    tell(Math.min(1, (position + pieceBytes) / file.size))
  }
  return id
}
