import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { whyNoChromium } from '../helpers/chromium.ts'
import { laboratoryPage } from '../helpers/laboratory-page.ts'
import { nameless } from '../helpers/nameless.ts'

// A developer's day with signed callbacks, by hand and on a small screen: what is right, what was changed, signed again, held back.

const whyNot = whyNoChromium()
const soon = { timeout: 15_000 }
const secret = Buffer.from('a key of twenty-four byte')
const names = ['Endpoints', 'Rules', 'Targets', 'Listener settings']

describe.skipIf(whyNot !== undefined)(`jobs in the laboratory${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let target: Server
  const taken: string[] = []

  beforeAll(async () => {
    target = createServer((request, response) => {
      taken.push(request.url ?? '')
      response.statusCode = request.url === '/busy' ? 503 : 200
      request.resume().on('end', () => response.end('thanks'))
    })
    await new Promise<void>(resolve => target.listen(0, '127.0.0.1', resolve))
  })

  afterAll(() => {
    target?.close()
  })

  const laboratory = laboratoryPage({ width: 1000, height: 760 })

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await laboratory.picture(`failed-${task.name.slice(0, 30)}`)
  })

  test('a sample is read by its meaning, and stands there as it came', async () => {
    const { page, button, dialog, detail, rows, tab } = laboratory
    await button('Send a sample').click()
    await dialog().getByRole('button', { name: 'Send', exact: true }).click()
    await page().getByText('Sent, and answered with 200.').waitFor()
    await rows().first().getByRole('link').click()
    await tab('Meaning')
    await expect.poll(() => detail().textContent(), soon).toContain('CallSid')
    await tab('Raw')
    await expect.poll(() => detail().textContent(), soon).toMatch(/POST \/in\/\w+ HTTP\/1\.1\s*Host: /i)
    await button('Close').click()
  })

  test('samples go to another address too, and repeats are stopped by hand', async () => {
    const { page, button, dialog } = laboratory
    const { port } = target.address() as AddressInfo
    await button('Send a sample').click()
    await dialog().getByLabel('Another address').check()
    await dialog().getByRole('button', { name: 'Send', exact: true }).click()
    await dialog().getByText('Write a whole address').waitFor()
    await page().keyboard.type(`http://127.0.0.1:${port}/busy`)
    await dialog().getByRole('switch', { name: 'Send it as providers do on a bad day' }).press(' ')
    await dialog().getByLabel('When one fails').selectOption('provider')
    await dialog().getByRole('button', { name: 'Send', exact: true }).click()
    await expect.poll(() => taken.splice(0), soon).toEqual(['/busy'])
    await dialog().getByRole('button', { name: 'Stop' }).click()
    await dialog().waitFor({ state: 'detached' })
  })

  test('what is signed with the endpoint’s key is valid, and what was changed on the way is not, which is said in words', async () => {
    const { page, button, detail, row, setUp, post, picture } = laboratory
    await setUp(/^Endpoints/)
    await button('Edit Shop').click()
    const form = page().getByRole('form', { name: 'Edit Shop' })
    await form.getByRole('combobox', { name: 'Callbacks are signed' }).click()
    await page().getByRole('option', { name: 'By Standard Webhooks' }).click()
    await form.getByLabel('Key').fill(`whsec_${secret.toString('base64')}`)
    await form.getByRole('button', { name: 'Save' }).click()
    await page().getByText('with a saved key').waitFor()
    await button('Close').click()
    const body = JSON.stringify({ order: 7, status: 'paid' })
    const headers = signatureOf(body)
    expect(await post('/right', body, headers)).toBe(200)
    expect(await post('/changed', body.replace('paid', 'free'), headers)).toBe(200)
    await row('POST /right').getByText('Valid').waitFor()
    await row('POST /changed').getByRole('link').click()
    await detail().getByText('The signature is not valid').waitFor()
    await detail().getByText('How it was checked').click()
    await expect.poll(() => detail().textContent(), soon).toMatch(/\d+ bytes of the body/)
    await picture('10-invalid')
    await button('Close').click()
  })

  test('an edited callback is sent again, as it was signed and signed anew', async () => {
    const { page, button, dialog, detail, row, rows } = laboratory
    await row('POST /right').getByRole('link').click()
    await detail().getByRole('tab', { name: 'Body' }).waitFor()
    for (const { again, verdict } of [
      { again: false, verdict: 'Invalid' },
      { again: true, verdict: 'Valid' }
    ]) {
      const before = await rows().count()
      await page().keyboard.press('r')
      await dialog().getByRole('button', { name: 'Add a field' }).click()
      await dialog().getByLabel('Name of field 1').fill('status')
      await dialog().getByLabel('Value of field 1').fill('shipped')
      if (again) await dialog().getByLabel('Sign it again').check()
      await dialog().getByRole('button', { name: 'Send', exact: true }).click()
      await dialog().getByText('Delivered').waitFor()
      await dialog().getByRole('button', { name: 'Close' }).last().click()
      await expect.poll(() => rows().count(), soon).toBe(before + 1)
      await rows().first().getByText(verdict, { exact: true }).waitFor()
    }
    await button('Close').click()
  })

  test('what is not signed is held back, says so, and is sent on once a person wants it', async () => {
    const { page, button, detail, row, setUp, tab, post, picture } = laboratory
    await setUp(/^Targets/)
    await button('Add a target to Shop').click()
    await page().getByRole('textbox', { name: 'Address' }).fill('http://')
    await button('Save').click()
    await page().getByText('Write a whole address').waitFor()
    const { port } = target.address() as AddressInfo
    await page().getByRole('textbox', { name: 'Address' }).fill(`http://127.0.0.1:${port}/hooks`)
    await button('Save').click()
    await page()
      .getByRole('switch', { name: `Send on to 127.0.0.1:${port}` })
      .waitFor({ state: 'attached' })
    await button('Close').click()
    expect(await post('/bare', { a: 1 })).toBe(200)
    await row('POST /bare').getByRole('link').click()
    await tab('Timeline')
    await detail().getByText('Held back').waitFor()
    expect(taken).toEqual([])
    await picture('11-held-back')
    await button('Send it on all the same').click()
    await detail().getByText('Delivered').waitFor()
    expect(taken).toEqual(['/hooks/bare'])
    await button('Close').click()
  })

  test('a callback becomes a command for curl that has no signature in it', async () => {
    const { page, dialog, detail, row } = laboratory
    await row('POST /right').last().getByRole('link').click()
    await detail().getByRole('button', { name: 'Export' }).click()
    const [download] = await Promise.all([
      page().waitForEvent('download'),
      dialog().getByRole('button', { name: 'Save the file' }).click()
    ])
    const command = await readFile(await download.path(), 'utf8')
    expect(command).toMatch(/^curl /m)
    expect(command).toContain('/right')
    expect(command).not.toContain('v1,')
  })

  test('a note and tags are written with the keyboard alone, and are found again', async () => {
    const { page, detail, row, rows } = laboratory
    await detail().getByRole('tab', { name: 'Body' }).waitFor()
    await page().keyboard.press('n')
    await page().keyboard.type('ticket 42')
    await page().keyboard.press('Enter')
    await page().getByRole('textbox', { name: 'Note' }).fill('It came twice.')
    await page().getByRole('form', { name: 'Tags and note' }).getByRole('button', { name: 'Save' }).click()
    await detail().getByText('It came twice.').waitFor()
    await page().keyboard.press('Escape')
    await laboratory.button('Filter').click()
    const tag = page().getByLabel('Tag', { exact: true }).and(page().locator('input'))
    await tag.fill('tket')
    // The caret stays where it is typed, although the text stands in the address.
    for (const key of ['Home', 'ArrowRight', 'i', 'c']) await tag.press(key)
    await tag.press('End')
    await tag.pressSequentially(' 42')
    await expect.poll(() => tag.inputValue(), soon).toBe('ticket 42')
    await laboratory.button('Done').click()
    await expect.poll(() => rows().count(), soon).toBe(1)
    await row('POST /right').getByTitle('Has a note').waitFor()
    await laboratory.button(/Remove the filter/).click()
  })

  test('the list stands still while the pointer is on it, and counts', async () => {
    const { page, button, rows, post } = laboratory
    await page().mouse.move(5, 5)
    await rows().nth(1).hover()
    const first = await rows().first().textContent()
    for (let count = 0; count < 2; count += 1) await post('/while-hovered', { count })
    await button('New: 2').waitFor()
    expect(await rows().first().textContent()).toBe(first)
    await page().mouse.move(5, 5)
    await expect.poll(() => rows().first().textContent(), soon).toContain('/while-hovered')
    await button('New: 2').waitFor({ state: 'detached' })
  })

  test('every control of the laboratory has a name, and nothing is wider than a small window', async () => {
    const { page, button, setUp, complaints } = laboratory
    const looks = async (where: string) => {
      const found = await page().evaluate(nameless)
      const isWider = await page().evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
      expect({ where, found, isWider }).toEqual({ where, found: [], isWider: false })
    }
    await page().setViewportSize({ width: 900, height: 700 })
    for (const name of names) {
      await setUp(new RegExp(`^${name}`))
      await page().getByRole('complementary', { name }).waitFor()
      await looks(name)
      await button('Close').click()
    }
    for (const dialog of ['export', 'import']) {
      await page().evaluate(name => (window.location.hash = `#/callbacks?do=${name}`), dialog)
      await page().getByRole('dialog').waitFor()
      await looks(dialog)
      await page().keyboard.press('Escape')
      await page().getByRole('dialog').waitFor({ state: 'detached' })
    }
    expect(complaints).toEqual([])
  })
})

/** As Standard Webhooks sign, now. */
function signatureOf(body: string): Record<string, string> {
  const id = 'msg_7'
  const seconds = String(Math.floor(Date.now() / 1000))
  const mark = createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${mark}` }
}
