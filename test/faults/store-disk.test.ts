import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { storeFolders } from '../helpers/store-folder.ts'
import { startStoreProcess, type StoreProcess } from '../helpers/store-process.ts'

const { folder } = storeFolders()
const processes: StoreProcess[] = []

/** A mount of its own, seen by the one process only and gone with it. Also root cannot write to what is mounted read-only. */
const unshare = ['unshare', '--map-root-user', '--mount', 'sh', '-c']
const canMount = spawnSync('unshare', [...unshare.slice(1), 'mount -t tmpfs none /mnt']).status === 0
const reason = canMount ? '' : ' (skipped: mounting in a namespace is not allowed here)'

afterEach(async () => {
  for (const child of processes.splice(0)) await child.kill()
})

describe.skipIf(!canMount)(`on a disk of its own${reason}`, () => {
  test('a read-only disk is named as such at the very first start', async () => {
    const path = folder()
    expect(await outcome('open', path, `mount -t tmpfs -o ro none ${path}`)).toEqual(['fault store-read-only'])
  })

  test('a database on a disk that became read-only is named as such', async () => {
    const path = folder()
    const first = `mount -t tmpfs none ${path} && echo go | "$@" && mount -o remount,ro ${path}`
    const lines = await outcome('open', path, first)
    expect(lines.at(-1)).toBe('fault store-read-only')
    expect(lines.some(line => line.startsWith('opened'))).toBe(true)
  })

  test('a full disk is named as such and keeps what was confirmed', async () => {
    const path = folder()
    const lines = await outcome('fill', path, `mount -t tmpfs -o size=2m none ${path}`)
    expect(lines.at(-1)).toBe('fault store-full')
    const added = lines.filter(line => line.startsWith('added')).length
    expect(added).toBeGreaterThan(10)
    expect(lines.at(-2)).toBe(`kept ${added}`)
  })

  test('a disk that is full from the beginning is named as such', async () => {
    const path = folder()
    const lines = await outcome('open', path, `mount -t tmpfs -o size=16k none ${path}`)
    expect(lines).toEqual(['fault store-full'])
  })
})

/** What the task prints on the disk that `mount` makes, without the greetings. */
async function outcome(task: string, path: string, mount: string): Promise<string[]> {
  const child = startStoreProcess(task, join(path, 'data'), [...unshare, `${mount} && exec "$@"`, 'sh'])
  processes.push(child)
  await child.line('ready')
  child.go()
  await child.ended
  return child.lines.filter(line => line !== 'ready')
}
