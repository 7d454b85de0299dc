import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The authority's certificate, for people and programs to trust. It is public. */
export function authorityFileIn(dataDir: string): string {
  return join(dataDir, 'listener-ca.pem')
}

/** Writes it where it is missing or another one. */
export async function putAuthorityFile(dataDir: string, certificate: string): Promise<void> {
  const path = authorityFileIn(dataDir)
  const there = await readFile(path, 'utf8').catch(() => undefined)
  if (there !== certificate) await writeFile(path, certificate)
}
