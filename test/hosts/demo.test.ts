import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createCli } from '../helpers/cli.ts'

test(
  'the demo does the main job at all five, prints what it saw, and leaves nothing behind',
  { timeout: 180_000 },
  async () => {
    const cli = await createCli()
    cli.env['TMPDIR'] = cli.folder
    try {
      const ended = await cli.run(['demo'])
      expect(ended).toMatchObject({ code: 0 })
      const facts = [
        'Exotel has https://crm.example.com/new-popup',
        'TextMarks has http://127.0.0.1:',
        'Ocamba has Order updates (Pune)',
        'JFramework has Weekly news',
        'OpenTACT has http://127.0.0.1:',
        'its signature is valid'
      ]
      for (const fact of facts) expect(ended.stdout).toContain(`✓ ${fact}`)
      const count = (fact: string) => ended.stdout.split(`✓ ${fact}`).length - 1
      expect(count('a fresh plan has nothing left to do')).toBe(5)
      expect(count('the callback was decoded')).toBe(5)
      expect(ended.stdout).toContain('Demo: 4 seen, 4 new')
      expect(ended.stdout).toContain('2 of 2 changes carried out, 2 requests sent')
      expect(ended.stdout.trimEnd()).toMatch(/Done: each change is at its provider.*$/)
      expect(ended.stdout + ended.stderr).not.toMatch(/sandbox-app-|demo-twilio-|\n\s+at /)
      expect((await readdir(cli.folder)).filter(name => name.startsWith('plugboard-demo-'))).toEqual([])
    } finally {
      await cli.remove()
    }
  }
)
