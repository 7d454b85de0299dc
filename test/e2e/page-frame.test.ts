import { beforeAll, describe, expect, test } from 'vitest'
import { appPage } from '../helpers/app-page.ts'
import { whyNoChromium } from '../helpers/chromium.ts'

// What stands around the screens: what lies on top of what, in small windows too, and a part of the page that does not come.

const whyNot = whyNoChromium()
const soon = { timeout: 15_000 }

describe.skipIf(whyNot !== undefined)(`the frame of the page${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  const { page, complaints, button, row, goTo } = appPage({ name: 'frame' })
  const panel = () => page().getByRole('complementary')
  const dialog = () => page().getByRole('dialog')
  const sample = () => page().getByRole('table', { name: 'Callbacks' }).getByRole('link').first()

  beforeAll(async () => {
    await button('Try it with the sandbox').click()
    await row('Incoming call pop-up').waitFor()
    await goTo('Callbacks')
    await button('Send a sample').click()
    await dialog().getByRole('button', { name: 'Send', exact: true }).click()
    await dialog().waitFor({ state: 'detached' })
    await sample().click()
    await panel().getByRole('tab', { name: 'Meaning' }).waitFor()
  })

  test('Escape closes a dialog or a menu, and the panel only when nothing lies over it', async () => {
    for (const name of ['Export', 'Send again']) {
      await button(name).click()
      await dialog().waitFor()
      await page().keyboard.press('Escape')
      await dialog().waitFor({ state: 'detached' })
      await settled()
      expect({ name, panels: await panel().count() }).toEqual({ name, panels: 1 })
    }
    await button('Set up').click()
    await page().getByRole('menu').waitFor()
    await page().keyboard.press('Escape')
    await page().getByRole('menu').waitFor({ state: 'detached' })
    await settled()
    expect(await panel().count()).toBe(1)
    await page().keyboard.press('Escape')
    await panel().waitFor({ state: 'detached' })
  })

  test('in a small window the panel is beside the navigation, and the header ends with the window', async () => {
    await sample().click()
    for (const width of [1000, 900, 780]) {
      await page().setViewportSize({ width, height: 600 })
      const navigation = await page().getByRole('navigation').boundingBox()
      await expect
        .poll(async () => (await panel().boundingBox())?.x, soon)
        .toBeGreaterThanOrEqual((navigation?.x ?? 0) + (navigation?.width ?? width))
      const last = await button('Colour scheme').boundingBox()
      expect((last?.x ?? width) + (last?.width ?? 0)).toBeLessThanOrEqual(width)
    }
    await page().setViewportSize({ width: 1280, height: 800 })
  })

  test('where a part of the page does not come, the page says so and the rest goes on', async () => {
    expect(complaints.splice(0)).toEqual([])
    await page().route('**/assets/code-view*', route => route.abort())
    // What came once is kept.
    await page().reload()
    await page().getByRole('tab', { name: 'Body' }).click()
    await page().getByRole('heading', { name: 'This could not be shown' }).waitFor()
    await goTo('Profiles')
    await row('Incoming call pop-up').waitFor()
    await page().unroute('**/assets/code-view*')
    await goTo('Callbacks')
    await sample().click()
    await page().getByRole('tab', { name: 'Headers' }).waitFor()
    expect(complaints.filter(text => !/code-view|ERR_FAILED/.test(text))).toEqual([])
  })

  test('an account that lacks something leads to the first field that is wrong, which is right as soon as it is filled', async () => {
    await goTo('Accounts')
    await button('Add an account').click()
    await page().getByRole('radio', { name: 'Exotel' }).click()
    await button('Add').click()
    const name = panel().getByRole('textbox', { name: 'Name' })
    await expect.poll(() => name.evaluate(field => field === document.activeElement), soon).toBe(true)
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    await page().keyboard.type('Shop')
    await expect.poll(() => name.getAttribute('aria-invalid'), soon).not.toBe('true')
    expect(await panel().getByRole('textbox', { name: 'App ID' }).getAttribute('aria-invalid')).toBe('true')
  })

  /** Until what a key did is drawn. */
  async function settled(): Promise<void> {
    await page().evaluate(() => new Promise(done => setTimeout(done, 300)))
  }
})
