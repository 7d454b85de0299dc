import { beforeAll, describe, expect, test } from 'vitest'
import { appPage } from '../helpers/app-page.ts'
import { whyNoChromium } from '../helpers/chromium.ts'
import { tracesIn } from '../helpers/traces.ts'

// An endpoint's checks as a person sets them up on the page: scheme, key, the address of a tunnel.

const whyNot = whyNoChromium()
const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

describe.skipIf(whyNot !== undefined)(`endpoints in Chromium${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  const { page, folder, complaints, button, row, goTo, picture } = appPage({
    name: 'endpoints',
    viewport: { width: 1280, height: 900 }
  })

  beforeAll(async () => {
    await button('Try it with the sandbox').click()
    await row('Incoming call pop-up').waitFor()
    await goTo('Callbacks')
    await page().getByRole('link', { name: 'Endpoints' }).click()
  })

  const panel = () => page().getByRole('complementary', { name: 'Endpoints' })
  const card = (name: string) => panel().getByRole('region', { name })

  test('a scheme, its key and a public URL are saved; the key is not in the page afterwards', async () => {
    await panel().getByLabel('New endpoint').fill('Shop')
    await panel().getByRole('button', { name: 'Add endpoint' }).click()
    await card('Shop').getByText('Not checked: it belongs to no account').waitFor()
    await card('Shop').getByRole('button', { name: 'Edit Shop' }).click()
    const form = page().getByRole('form', { name: 'Edit Shop' })
    await form.getByLabel('Public URL').fill('https://user:word@shop.example')
    await form.getByRole('combobox', { name: 'Callbacks are signed' }).click()
    await page().getByRole('option', { name: 'By Standard Webhooks' }).click()
    await form.getByRole('textbox', { name: 'Key' }).fill('whsec_short')
    await picture('1-edit')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByRole('alert').waitFor()
    expect(await form.getByRole('textbox', { name: 'Key' }).inputValue()).toBe('')
    await picture('2-refused')

    await form.getByRole('textbox', { name: 'Key' }).fill(key)
    await form.getByLabel('Public URL').fill('https://shop.example')
    await form.getByRole('button', { name: 'Save' }).click()
    await card('Shop').getByText('Checked by Standard Webhooks, with a saved key').waitFor()
    await card('Shop').getByText('https://shop.example/in/').waitFor()
    await picture('3-saved')
    await card('Shop').getByRole('button', { name: 'Edit Shop' }).click()
    expect(await form.getByRole('textbox', { name: 'Key' }).getAttribute('placeholder')).toContain('Saved')
    await picture('4-again')
    expect(await page().content()).not.toContain(key.slice(6))
    expect(tracesIn(folder(), key.slice(6))).toEqual([])
    expect(complaints).toEqual([])
  })
})
