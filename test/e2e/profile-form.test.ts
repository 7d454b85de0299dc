import { beforeAll, describe, expect, test } from 'vitest'
import { appPage } from '../helpers/app-page.ts'
import { whyNoChromium } from '../helpers/chromium.ts'

// What the form of a profile says beside its fields, and where a failed save leads; the tests build on each other.
// PLUGBOARD_SCREENSHOTS names a folder that gets pictures of it, in light and dark.

const whyNot = whyNoChromium()
const soon = { timeout: 10_000 }

describe.skipIf(whyNot !== undefined)(`the form of a profile${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  const { page, complaints, button, row, goTo, picture } = appPage({ name: 'form', args: ['--vault', 'session'] })

  beforeAll(async () => {
    // The welcome screen has no navigation.
    await addSandbox('Exotel')
    for (const provider of ['JFramework', 'TextMarks']) {
      await goTo('Accounts')
      await addSandbox(provider)
    }
  })

  const field = (name: string) => page().getByRole('textbox', { name, exact: true })

  test('a save that the core refuses leads to the field that it names', async () => {
    await open('One-time passwords')
    await field('Description').fill('For the shop')
    await field('Sender number').fill('+1555')
    await button('Save').click()
    await expect.poll(() => field('Sender number').getAttribute('aria-invalid'), soon).toBe('true')
    await expect.poll(() => isFocused('phoneNumber'), soon).toBe(true)
    await picture('refused')
  })

  test('what is odd is saved and said with its field, until it is typed over', async () => {
    await field('Sender number').fill('+15555555555')
    await button('Save').click()
    const told = () => field('Sender number').getAttribute('aria-describedby')
    await expect.poll(async () => (await describedBy(await told())).join(' '), soon).toContain('Check its digits')
    expect(await field('Sender number').getAttribute('aria-invalid')).toBeNull()
    await picture('odd')
    await field('Sender number').fill('+12025550144')
    await expect.poll(() => page().getByText('Check its digits').count(), soon).toBe(0)
    await button('Save').click()
    await expect.poll(() => button('Save').isDisabled(), soon).toBe(true)
    expect(await page().getByText('Check its digits').count()).toBe(0)
  })

  test('a form that is not filled in leads to its first wrong field', async () => {
    await goTo('Profiles')
    await button('New profile').click()
    const panel = page().getByRole('complementary', { name: 'New profile' })
    await panel.getByRole('combobox', { name: 'Account' }).click()
    await page().getByRole('option', { name: 'JFramework sandbox' }).click()
    await field('SMS service ID').fill('x')
    await button('Create').click()
    await expect.poll(() => isFocused('name'), soon).toBe(true)
    await button('Close').click()
  })

  test('a plan and the history call a choice what the form calls it', async () => {
    await open('Call recording')
    await page().getByRole('combobox', { name: 'Recording' }).click()
    await page().getByRole('option', { name: 'Record outbound calls' }).click()
    await button('Save').click()
    await expect.poll(() => button('Save').isDisabled(), soon).toBe(true)
    await goTo('Plan')
    await button('Review plan').click()
    await picture('plan')
    await page().getByText('Record outbound calls').waitFor()
    expect(await page().getByRole('main').textContent()).toContain('Do not record')
    await goTo('History')
    await page().getByText('Record outbound calls').first().waitFor()
  })

  test('what was added by its name is let go after a question, with its edits', async () => {
    await goTo('Profiles')
    await button('Add by name').click()
    await page().getByRole('textbox', { name: 'Name' }).fill('WEATHER')
    await button('Add').click()
    const name = 'WEATHER integration config'
    await row(name).waitFor()
    await page().getByRole('link', { name, exact: true }).click()
    await field('Group callback address').fill('http://shop.example.com/group')
    await button('Save').click()
    await page().getByText('This goes over the internet unencrypted').waitFor()
    await button('Actions').click()
    await page().getByRole('menuitem', { name: 'Stop managing it…' }).click()
    const dialog = page().getByRole('dialog')
    await dialog.getByText('Its edits that were not applied are lost.').waitFor()
    await picture('release')
    await dialog.getByRole('button', { name: 'Stop managing it' }).click()
    await expect.poll(() => row(name).count(), soon).toBe(0)
    await row('WEATHER request handler').waitFor()
    await goTo('History')
    await page()
      .getByRole('listitem', { name: `Let go: ${name}` })
      .waitFor()
    expect(complaints).toEqual([])
  })

  const isFocused = (name: string) =>
    page().evaluate(wanted => document.activeElement?.getAttribute('name') === wanted, name)

  async function describedBy(ids: string | null): Promise<string[]> {
    const parts = (ids ?? '').split(' ').filter(Boolean)
    return Promise.all(parts.map(async id => (await page().locator(`[id="${id}"]`).textContent()) ?? ''))
  }

  async function open(profile: string): Promise<void> {
    await goTo('Profiles')
    await page().getByRole('link', { name: profile, exact: true }).click()
  }

  async function addSandbox(provider: string): Promise<void> {
    await button(/Add an account/).click()
    await page().getByRole('radio', { name: provider }).click()
    await button('Use the built-in sandbox').click()
    await page()
      .getByRole('complementary', { name: `${provider} sandbox`, exact: true })
      .waitFor()
  }
})
