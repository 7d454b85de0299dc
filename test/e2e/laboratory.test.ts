import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { whyNoChromium } from '../helpers/chromium.ts'
import { laboratoryPage } from '../helpers/laboratory-page.ts'

// The listener as a laboratory, on the page and through the real core: rules, targets, replay, comparison, files, the keyboard.

const whyNot = whyNoChromium()
const soon = { timeout: 15_000 }
const token = 'tok-9b1f77c2d0'

describe.skipIf(whyNot !== undefined)(`the laboratory in Chromium${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let elsewhere: Server
  const taken: { body: string; headers: Record<string, unknown> }[] = []

  beforeAll(async () => {
    elsewhere = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        taken.push({ body, headers: request.headers })
        response.setHeader('content-type', 'application/json')
        response.end('{"thanks":true}')
      })
    })
    await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
  })

  afterAll(() => {
    elsewhere?.close()
  })

  const laboratory = laboratoryPage({ width: 1360, height: 900 })

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await laboratory.picture(`failed-${task.name.slice(0, 30)}`)
  })

  test('what is posted appears by itself and opens with its headers, its bytes and what became of it', async () => {
    const { page, detail, row, tab, post, picture } = laboratory
    expect(await post('/orders', { order: 1, status: 'paid' }, { 'X-Api-Token': token })).toBe(200)
    await row('POST /orders').getByRole('link').click()
    await expect.poll(() => detail().textContent(), soon).toContain('"paid"')
    await page().getByText('Bytes', { exact: true }).click()
    await expect.poll(() => detail().textContent(), soon).toContain('7b 22 6f 72 64 65 72 22')
    await tab('Headers')
    await expect.poll(() => detail().textContent(), soon).toContain(token)
    await tab('Timeline')
    await expect.poll(() => detail().textContent(), soon).toContain('Answered with 200')
    await picture('1-timeline')
  })

  test('a rule that is made in plain words decides what the sender gets', async () => {
    const { button, detail, dialog, row, tab, setUp, post, picture } = laboratory
    await setUp(/^Rules/)
    await button('Add a rule').click()
    await dialog().getByRole('textbox', { name: 'Name', exact: true }).fill('Busy')
    await dialog().getByRole('button', { name: 'Add a condition' }).click()
    await dialog().getByLabel('Condition 1: what is looked at').selectOption('header')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await dialog().getByText('Say which one.').waitFor()
    await dialog().getByLabel('Condition 1: name').fill('X-Try')
    await dialog().getByLabel('Condition 1: value').fill('1')
    await picture('2-rule')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await detail().getByText('When the header X-Try is “1”: the sender gets 503.').waitFor()
    await expect.poll(() => post('/busy', {}, { 'X-Try': '1' }), soon).toBe(503)
    expect(await post('/calm', {})).toBe(200)
    await row('POST /busy').first().getByRole('link').click()
    await tab('Timeline')
    await detail().getByText('By the rule “Busy”.').waitFor()
  })

  test('rules change their order and are turned off', async () => {
    const { page, button, dialog, setUp, post, picture } = laboratory
    await setUp(/^Rules/)
    await button('Add a rule').click()
    await dialog().getByRole('textbox', { name: 'Name', exact: true }).fill('Break off')
    await dialog().getByText('Trouble, on purpose').click()
    await dialog().getByRole('button', { name: 'Save' }).click()
    await button('Move Break off up').click()
    const first = () => page().getByRole('list', { name: 'Rules in their order' }).getByRole('listitem').first()
    await expect.poll(() => first().textContent(), soon).toContain('Break off')
    await expect.poll(() => post('/gone', {}).catch(() => 'reset'), soon).toBe('reset')
    await picture('3-rules')
    await page().getByRole('switch', { name: 'Break off is on' }).click({ force: true })
    await expect.poll(() => post('/back', {}).catch(() => 'reset'), soon).toBe(200)
  })

  test('a target gets what is caught, and its answer stands in the timeline', async () => {
    const { page, button, detail, row, tab, setUp, post, picture } = laboratory
    const { port } = elsewhere.address() as AddressInfo
    await setUp(/^Targets/)
    await button('Add a target to Shop').click()
    await page().getByRole('textbox', { name: 'Address' }).fill(`http://127.0.0.1:${port}/hooks`)
    await page().getByRole('textbox', { name: 'Name' }).fill('My shop')
    await button('Save').click()
    await page().getByRole('switch', { name: 'Send on to My shop' }).waitFor({ state: 'attached' })
    expect(await post('/sent-on', { order: 2 })).toBe(200)
    await expect.poll(() => taken.map(({ body }) => body), soon).toContain('{"order":2}')
    await row('POST /sent-on').getByRole('link').click()
    await tab('Timeline')
    await detail().getByText('Sent on to My shop').waitFor()
    await detail().getByText('Delivered').waitFor()
    await button('Show the answer').click()
    await expect.poll(() => detail().textContent(), soon).toContain('thanks')
    await picture('4-sent-on')
  })

  test('a callback is sent again with another value, and compared with what it was', async () => {
    const { page, button, detail, dialog, row, picture } = laboratory
    await row('POST /orders').getByRole('link').click()
    await detail().getByRole('tab', { name: 'Body' }).waitFor()
    await page().keyboard.press('r')
    await dialog().getByRole('button', { name: 'Add a field' }).click()
    await dialog().getByLabel('Name of field 1').fill('status')
    await dialog().getByLabel('Value of field 1').fill('shipped')
    await picture('5-replay')
    await dialog().getByRole('button', { name: 'Send' }).click()
    await dialog().getByText('Delivered').waitFor()
    await dialog().getByRole('button', { name: 'Close' }).last().click()
    await expect.poll(() => row('POST /orders').count(), soon).toBe(2)
    await detail().getByRole('tab', { name: 'Body' }).waitFor()
    await page().keyboard.press('c')
    await page().getByText('Choose the other one in the list').waitFor()
    await row('POST /orders').first().getByRole('link').click()
    const differences = page().getByRole('region', { name: /Differences/ })
    await expect.poll(() => differences.textContent(), soon).toMatch(/paid.*shipped/s)
    await picture('6-compare')
    await button('End').click()
  })

  test('an export has no secret in it until it is asked for, and a HAR file is read back', async () => {
    const { page, detail, dialog, row, setUp } = laboratory
    await row('POST /orders').last().getByRole('link').click()
    const exported = async (whole: boolean) => {
      await detail().getByRole('button', { name: 'Export' }).click()
      await dialog().getByLabel('HAR').check()
      if (whole) await dialog().getByLabel('Whole, with its secrets').check()
      if (whole) await dialog().getByText('The file will hold secrets').waitFor()
      const [download] = await Promise.all([
        page().waitForEvent('download'),
        dialog().getByRole('button', { name: 'Save the file' }).click()
      ])
      await dialog().waitFor({ state: 'detached' })
      return download.path()
    }
    expect(await readFile(await exported(false), 'utf8')).not.toContain(token)
    const file = await exported(true)
    const har = await readFile(file, 'utf8')
    expect(har).toContain(token)
    await setUp(/^Import/)
    await dialog()
      .locator('input[type=file]')
      .setInputFiles({
        name: 'one.har',
        mimeType: 'application/json',
        buffer: Buffer.from(har.replaceAll('/orders', '/from-file'))
      })
    await dialog().getByRole('button', { name: 'Import', exact: true }).click()
    await row(/from-file/)
      .first()
      .waitFor()
  })

  test('the list is filtered by words and parts, and the address holds the filter', async () => {
    const { page, button, row, rows, picture } = laboratory
    await page().getByRole('textbox', { name: 'Search callbacks' }).fill('shipp')
    await expect.poll(() => rows().count(), soon).toBe(1)
    expect(page().url()).toContain('search=shipp')
    await row('POST /orders').getByRole('link').click()
    await page().keyboard.press('p')
    await button('Unpin').waitFor()
    await page().keyboard.press('/')
    await page().keyboard.press('Delete')
    await button('Filter').click()
    await page().getByLabel('Pinned ones only').check()
    await picture('7-filter')
    await button('Done').click()
    await expect.poll(() => rows().count(), soon).toBe(1)
    await page().reload()
    await expect.poll(() => rows().count(), soon).toBe(1)
    await button(/Remove the filter Pinned/).click()
    await expect.poll(() => rows().count(), soon).toBeGreaterThan(5)
  })

  test('keys go through the list, and it stands still on demand while arrivals are counted', async () => {
    const { page, button, row, rows, post } = laboratory
    await page().evaluate(() => {
      window.location.hash = '#/callbacks'
    })
    await page().mouse.move(5, 5)
    await rows().first().waitFor()
    await page().keyboard.press('j')
    await expect.poll(() => page().url(), soon).toMatch(/callbacks\/\d+/)
    const idOf = () => Number(/callbacks\/(\d+)/.exec(page().url())?.[1])
    const first = idOf()
    await page().keyboard.press('j')
    await expect.poll(idOf, soon).toBeLessThan(first)
    await page().keyboard.press('k')
    await expect.poll(idOf, soon).toBe(first)
    await page().keyboard.press('f')
    for (let count = 0; count < 3; count += 1) await post('/later', { count })
    await button(/New: 3/).waitFor()
    expect(await row('POST /later').count()).toBe(0)
    await button(/New: 3/).click()
    await expect.poll(() => row('POST /later').count(), soon).toBe(3)
  })

  test('samples come as on a bad day: several, and each more than once', async () => {
    const { page, button, dialog, rows, picture } = laboratory
    const before = await rows().count()
    await button('Send a sample').click()
    await dialog().getByRole('switch', { name: 'Send it as providers do on a bad day' }).click({ force: true })
    await dialog().getByLabel('How many').fill('3')
    await dialog().getByLabel('Duplicates').fill('1')
    await picture('8-samples')
    await dialog().getByRole('button', { name: 'Send', exact: true }).click()
    await page().getByText('6 requests sent, 6 of them answered with 2xx.').waitFor()
    await expect.poll(() => rows().count(), soon).toBeGreaterThanOrEqual(before + 6)
  })

  test('the settings of the listener are kept', async () => {
    const { page, detail, setUp, picture, complaints } = laboratory
    await setUp(/^Listener settings/)
    await detail().getByLabel('Host names it answers to').fill('https://abc.tunnel.example/in')
    await page().keyboard.press('Enter')
    await detail().getByText('abc.tunnel.example', { exact: true }).waitFor()
    await detail().getByRole('button', { name: 'Save' }).click()
    await page().getByText('The settings of the listener are saved.').waitFor()
    await picture('9-settings')
    await page().reload()
    await detail().getByText('abc.tunnel.example', { exact: true }).waitFor()
    expect(complaints).toEqual([])
  })
})
