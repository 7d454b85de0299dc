import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { appPage } from '../helpers/app-page.ts'
import { whyNoChromium } from '../helpers/chromium.ts'
import { tracesIn } from '../helpers/traces.ts'

// The same way through every provider that has a sandbox: its account, its profiles, an edit, the plan, apply.
// PLUGBOARD_SCREENSHOTS names a folder that gets pictures of the way, in light and dark.

const whyNot = whyNoChromium()
const soon = { timeout: 10_000 }
const password = 'canary-password-7c41e9'

type Way = {
  /** A view of the account, and a text that stands in it. */
  view?: [name: string, text: string]
  /** What cannot be listed is added under this name. */
  name?: string
  profile: string
  edit: [field: string, value: string]
  /** A secret that goes along with the edit. */
  secret?: string
  /** Where the provider takes the edit, what it says when it refuses it, and how that stands beside the field if otherwise. */
  refusal: { route: string; message: string; shown?: string }
  /** A view of the profile, and a text that stands in it. */
  profileView?: [name: string, text: string]
}

const ways: Record<string, Way> = {
  Exotel: {
    view: ['App', 'Sandbox CRM'],
    profile: 'Incoming call pop-up',
    edit: ['Web address', 'https://crm.example.com/exotel-edited'],
    refusal: { route: 'POST /v2/integrations/app_setting', message: 'Value cannot be reached' }
  },
  Ocamba: {
    view: ['Providers', 'twilio'],
    profile: 'Order updates',
    edit: ['Name', 'Order updates, edited'],
    refusal: { route: 'PATCH /v1/hood/integrations/{id}', message: 'The "name" is taken.' }
  },
  JFramework: {
    view: ['SMS services', 'Twilio messages'],
    profile: 'One-time passwords',
    edit: ['Description', 'Edited at JFramework'],
    refusal: { route: 'PUT /api/v1/app-integrations/sms/{id}', message: 'Description is too long.' },
    secret: 'Password at the service'
  },
  OpenTACT: {
    view: ['All numbers', '+12013046585'],
    profile: 'Marketing',
    edit: ['Name', 'Marketing, edited'],
    refusal: {
      route: 'PATCH /rest/profile/messaging/{uuid}',
      message: 'params.name is taken',
      shown: 'Validation Failed: is taken'
    },
    profileView: ['Numbers of the profile', '']
  },
  TextMarks: {
    name: 'WEATHER',
    profile: 'WEATHER public config',
    edit: ['Description', 'Edited at TextMarks'],
    refusal: {
      route: 'POST /TextMarkManager/set_public_config/',
      message: '2906 description is too long',
      shown: 'description is too long (TextMarks’ code 2906)'
    }
  }
}

/** In the page: what is said of the input. */
function wordsBeside(input: Element): string {
  const ids = (input.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)
  return ids.map(id => document.getElementById(id)?.textContent ?? '').join(' ')
}

describe.skipIf(whyNot !== undefined)(`five providers in Chromium${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  const { page, folder, complaints, button, row, goTo, picture, sandboxUrl } = appPage({ name: 'five' })
  const panel = (name: string) => page().getByRole('complementary', { name, exact: true })

  test('the welcome screen offers the sandbox of every provider', async () => {
    await page().getByRole('combobox', { name: 'Provider of the sandbox' }).click()
    const offered = await page().getByRole('option').allTextContents()
    expect(offered[0]).toBe('Exotel')
    expect(offered.toSorted()).toEqual(Object.keys(ways).toSorted())
    await page().keyboard.press('Escape')
    await button(/Add an account/).click()
    await panel('Add an account').waitFor()
  })

  test.each(Object.entries(ways))('%s: sandbox account, profiles, edit, plan, applied', async (provider, way) => {
    await addSandbox(provider)
    if (way.view) await look(way.view)
    await picture(`${provider}-1-account`)
    if (way.name !== undefined) await addByName(way.name)
    else
      await page()
        .getByRole('complementary')
        .getByRole('link', { name: /profiles?$/ })
        .click()
    await row(way.profile).waitFor()
    await edit(way)
    await picture(`${provider}-2-edited`)
    await apply(way.edit[1], `${provider}-3-plan`)
    await goTo('Profiles')
    const title = way.edit[0] === 'Name' ? way.edit[1] : way.profile
    await expect.poll(() => row(title).textContent(), soon).toContain('In sync')
  })

  test('the handler of a keyword becomes another one with its own settings', async () => {
    await goTo('Profiles')
    await page().getByRole('link', { name: 'WEATHER request handler' }).click()
    await page().getByRole('combobox', { name: 'What happens' }).click()
    await page().getByRole('option', { name: 'Fixed reply' }).click()
    await button('Save').click()
    await page().getByText('Reply is needed.').waitFor()
    await page().getByRole('textbox', { name: 'Reply' }).fill('We are open from 9 to 5.')
    await button('Save').click()
    await apply('We are open from 9 to 5.', 'handler-plan')
    await goTo('Profiles')
    await expect.poll(() => row('WEATHER request handler').textContent(), soon).toContain('In sync')
  })

  test('an action asks for its fields and for consent, and tells what came of it', async () => {
    await goTo('Profiles')
    await page().getByRole('link', { name: 'One-time passwords' }).click()
    await page().getByText('stored (version 1)').waitFor()
    await button('Actions').click()
    await page().getByRole('menuitem', { name: 'Send a test message' }).click()
    const dialog = page().getByRole('dialog')
    const send = dialog.getByRole('button', { name: 'Send a test message' })
    expect(await send.isDisabled()).toBe(true)
    await dialog.getByRole('textbox', { name: 'To' }).fill('nobody')
    await dialog.getByRole('checkbox', { name: 'I agree to this' }).check()
    await send.click()
    await expect.poll(() => dialog.getByRole('textbox', { name: 'To' }).getAttribute('aria-invalid'), soon).toBe('true')
    await dialog.getByRole('textbox', { name: 'To' }).fill('+12025550123')
    await dialog.getByRole('checkbox', { name: 'I agree to this' }).check()
    await picture('action')
    await send.click()
    await dialog.getByText('JFramework took the test message to +12025550123').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).last().click()
  })

  test('a new integration of Ocamba asks for what its provider needs, the secret too', async () => {
    await goTo('Accounts')
    await page().getByRole('link', { name: 'Ocamba sandbox' }).click()
    await panel('Ocamba sandbox')
      .getByRole('link', { name: /profiles$/ })
      .click()
    await button('New profile').click()
    await panel('New profile').getByRole('combobox', { name: 'Provider' }).click()
    await page()
      .getByRole('option', { name: /Mandrill/ })
      .click()
    await button('Create').click()
    await page().getByText('API key is needed.').waitFor()
    expect(await panel('New profile').textContent()).toContain('SMTP user name is needed.')
    expect(await panel('New profile').textContent()).not.toContain('Effective status')
    await picture('new-ocamba')
  })

  test.each(Object.keys(ways))('a sample of %s reaches its own endpoint', async provider => {
    await goTo('Callbacks')
    await button('Send a sample').click()
    const dialog = page().getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Provider' }).click()
    await page().getByRole('option', { name: provider }).click()
    await dialog.getByRole('button', { name: 'Send', exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => page().locator(`td[title="${provider} sandbox"]`).count(), soon).toBe(1)
  })

  test.each(Object.entries(ways))('%s: what the provider refuses is said beside its field', async (provider, way) => {
    const { refusal, edit: edited, profile } = way
    const [field] = edited
    const title = field === 'Name' ? edited[1] : profile
    const value = `${edited[1]}-again`
    await plant(provider, refusal.route, refusal.message)
    await goTo('Profiles')
    await page().getByRole('link', { name: title, exact: true }).click()
    await page().getByRole('textbox', { name: field, exact: true }).fill(value)
    await button('Save').click()
    await expect.poll(() => button('Save').isDisabled(), soon).toBe(true)
    await goTo('Plan')
    await button('Review plan').click()
    await button(/^Apply/).click()
    await page().getByText('Failed').first().waitFor()
    await goTo('Profiles')
    await page()
      .getByRole('link', { name: field === 'Name' ? value : title, exact: true })
      .first()
      .click()
    const input = page().getByRole('textbox', { name: field, exact: true })
    await expect.poll(() => input.getAttribute('aria-invalid'), soon).toBe('true')
    expect(await input.evaluate(wordsBeside)).toContain(refusal.shown ?? refusal.message)
    await picture(`${provider}-refused`)
    await apply(value, `${provider}-refused-plan`)
  })

  test('a pretend phone texts from the page, and shows what it got', async () => {
    await goTo('Callbacks')
    await button('Text to the sandbox').click()
    const dialog = page().getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Sandbox' }).click()
    await page().getByRole('option', { name: 'TextMarks' }).click()
    const send = async (text: string, answer: string) => {
      await dialog.getByRole('textbox', { name: 'Text' }).fill(text)
      await dialog.getByRole('button', { name: 'Send', exact: true }).click()
      await dialog.getByText(answer).waitFor()
    }
    await send('JOESPIZZA', 'Thanks for texting JOESPIZZA.')
    await picture('phone')
    await send('STOP', 'You left JOESPIZZA')
    expect(await dialog.textContent()).toContain('The phone got')
    await dialog.getByRole('button', { name: 'Close' }).last().click()
  })

  test('a look at the providers finds nothing that is left to send or was changed there', async () => {
    await goTo('Plan')
    await page().getByRole('checkbox', { name: 'Check with the provider first' }).check()
    await button('Review plan').click()
    const same = 'What is here and what the provider has are the same.'
    await expect.poll(() => page().getByRole('main').textContent(), soon).toContain(same)
    expect(await page().getByRole('main').getByRole('alert').count()).toBe(0)
  })

  test('the page complained of nothing, and the password is nowhere in the data folder', () => {
    expect(complaints).toEqual([])
    expect(tracesIn(join(folder(), 'data'), password)).toEqual([])
  })

  /** The next request of that sort is refused in the provider's own form. */
  async function plant(provider: string, route: string, message: string): Promise<void> {
    const fault = { match: { route }, fault: { type: 'status', status: 400, message } }
    const answer = await fetch(`${await sandboxUrl(provider)}/__sandbox/faults`, {
      method: 'POST',
      body: JSON.stringify(fault)
    })
    expect(answer.status).toBe(200)
  }

  async function addSandbox(provider: string): Promise<void> {
    await goTo('Accounts')
    await button(/Add an account/).click()
    await page().getByRole('radio', { name: provider }).click()
    await button('Use the built-in sandbox').click()
    await panel(`${provider} sandbox`).waitFor()
  }

  async function look([name, text]: [string, string]): Promise<void> {
    await page().getByRole('complementary').getByRole('button', { name, exact: true }).click()
    await page().getByRole('table', { name, exact: true }).getByText(text, { exact: true }).first().waitFor()
  }

  async function addByName(name: string): Promise<void> {
    await button('Add by name').click()
    await page().getByRole('textbox', { name: 'Name' }).fill('OTHERSHOP')
    await button('Add').click()
    await panel('Add by name').getByRole('alert').waitFor()
    await picture('by-name-refused')
    await page().getByRole('textbox', { name: 'Name' }).fill(name)
    await button('Add').click()
  }

  async function edit({ profile, edit: [field, value], secret, profileView }: Way): Promise<void> {
    await page().getByRole('link', { name: profile, exact: true }).click()
    await page().getByRole('textbox', { name: field, exact: true }).fill(value)
    if (secret !== undefined) await page().locator('input[type=password]').fill(password)
    await button('Save').click()
    await expect.poll(() => button('Save').isDisabled(), soon).toBe(true)
    if (secret !== undefined) await button(`Replace ${secret}`).waitFor()
    if (!profileView) return
    await button(profileView[0]).click()
    await page()
      .getByRole('button', { name: `Read ${profileView[0]} again` })
      .waitFor()
    expect(await page().getByRole('complementary').getByRole('alert').count()).toBe(0)
  }

  async function apply(shown: string, name: string): Promise<void> {
    await goTo('Plan')
    await button('Review plan').click()
    await page().getByText(shown).first().waitFor()
    await picture(name)
    await button(/^Apply/).click()
    await page()
      .getByText(/^Applied/)
      .first()
      .waitFor()
    expect(await page().getByRole('main').textContent()).not.toMatch(/Failed|not known/)
  }
})
