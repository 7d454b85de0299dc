import { appendFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Fault } from '#shared/faults.ts'
import type { BackupAbout, BackupSaved, Restored } from '#shared/model/backup.ts'
import type { Clock } from '../base/clock.ts'
import { randomWord } from '../base/ids.ts'
import { fileFault } from '../vault/drivers/durable-file.ts'
import type { CreateOrder } from './create.ts'
import { backupName } from './backup-name.ts'
import { reading } from './files.ts'
import { makeWorkFolder, type WorkFolder } from './work-folder.ts'

/**
 * Hands backups over in pieces to whoever cannot name a path, and takes them so: one of each kind at a time, the next one
 * takes its place. A backup that is handed over has no secrets in it: what could ask for one could read it, too.
 */
export type Handover = {
  /** faults: store-*. */
  begin(passphrase: string): Promise<BackupAbout & { id: string }>
  /** The bytes from there, 1 MB at most; none: that was all. faults: not-found. */
  read(id: string, position: number): Promise<Buffer>
  /** Adds the bytes to those before; without an id it begins. out: the id. faults: not-found, store-full. */
  put(id: string | undefined, bytes: Uint8Array): Promise<string>
  /** Takes a file of this computer that the person pointed at; whoever is given the id can restore it, and nothing else. */
  choose(file: string): { id: string; fileName: string }
  /** Restores what was put or chosen. faults: not-found, as `Backups.restore`. */
  restore(id: string, passphrase: string): Promise<Restored>
  close(): Promise<void>
}

type Held = { id: string; file: string; work?: WorkFolder }
type Kind = 'given' | 'taken' | 'chosen'

const pieceBytes = 1_048_576

export function createHandover(deps: {
  dataDir: string
  clock: Clock
  create(order: CreateOrder): Promise<BackupSaved>
  restore(order: { file: string; passphrase: string }): Promise<Restored>
}): Handover {
  const held: Partial<Record<Kind, Held>> = {}

  async function hold(as: Kind): Promise<Held> {
    const work = await makeWorkFolder(deps.dataDir)
    const made = { id: randomWord(16), work, file: join(work.path, backupName(deps.clock.now())) }
    // In one step: of two that begin at once neither is forgotten with its folder.
    const before = held[as]
    held[as] = made
    await before?.work?.remove()
    return made
  }

  async function drop(as: Kind, one = held[as]): Promise<void> {
    if (held[as] === one) delete held[as]
    await one?.work?.remove()
  }

  function known(as: Kind, id: string): Held {
    const one = held[as]
    if (one?.id === id) return one
    throw new Fault('not-found', { message: 'That backup was put away meanwhile', advice: 'Begin again.' })
  }

  return {
    async begin(passphrase) {
      const { id, file } = await hold('given')
      const { file: _, ...about } = await deps.create({ file, passphrase, withSecrets: false })
      return { ...about, id }
    },
    read: (id, position) => reading(known('given', id).file, ({ readAt }) => readAt(position, pieceBytes)),
    async put(id, bytes) {
      const one = id === undefined ? await hold('taken') : known('taken', id)
      try {
        await appendFile(one.file, bytes, { mode: 0o600 })
      } catch (error) {
        // Nobody knows how much of the piece is there, and what is there may be what fills the disk.
        await drop('taken', one)
        throw fileFault(error)
      }
      return one.id
    },
    choose(file) {
      const { id } = (held.chosen = { id: randomWord(16), file })
      return { id, fileName: basename(file) }
    },
    async restore(id, passphrase) {
      const as = held.chosen?.id === id ? 'chosen' : 'taken'
      const one = known(as, id)
      const restored = await deps.restore({ file: one.file, passphrase })
      await drop(as, one)
      return restored
    },
    async close() {
      await drop('given')
      await drop('taken')
    }
  }
}
