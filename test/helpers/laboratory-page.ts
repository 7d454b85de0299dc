import type { Locator } from 'playwright-core'
import { beforeAll } from 'vitest'
import { appPage, type AppPage } from './app-page.ts'

/** The built app in Chromium, on the screen of callbacks, with the Exotel sandbox and an endpoint “Shop” of nobody. */
export type LaboratoryPage = Pick<AppPage, 'page' | 'complaints' | 'button' | 'picture'> & {
  detail: () => Locator
  dialog: () => Locator
  /** The rows of the list with this title. */
  row: (title: string | RegExp) => Locator
  rows: () => Locator
  tab: (name: string) => Promise<void>
  setUp: (item: RegExp) => Promise<void>
  /** Posts to “Shop”. out: the status of the answer. */
  post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<number>
}

/** Opens it before the tests of this suite, as `appPage` does. */
export function laboratoryPage(viewport: { width: number; height: number }): LaboratoryPage {
  const app = appPage({ name: 'lab', viewport })
  const { page, complaints, button, picture } = app
  let hook = ''
  beforeAll(async () => {
    hook = await withShop(app)
  })
  const list = () => page().getByRole('table', { name: 'Callbacks' })
  return {
    page,
    complaints,
    button,
    picture,
    detail: () => page().getByRole('complementary'),
    dialog: () => page().getByRole('dialog'),
    row: title => list().getByRole('row', { name: title }),
    rows: () => list().locator('tbody tr'),
    tab: name => page().getByRole('tab', { name }).click(),
    async setUp(item) {
      await button('Set up').click()
      await page().getByRole('menuitem', { name: item }).click()
    },
    post: (path, body, headers) => post(`${hook}${path}`, body, headers)
  }
}

/** Starts the sandbox, adds the endpoint and leaves its panel. out: its address. */
async function withShop({ page, button, row, goTo }: AppPage): Promise<string> {
  await button('Try it with the sandbox').click()
  await row('Incoming call pop-up').waitFor()
  await goTo('Callbacks')
  await page()
    .getByRole('link', { name: /Endpoints|more/ })
    .click()
  await page().getByLabel('New endpoint').fill('Shop')
  await button('Add endpoint').click()
  const address = page()
    .getByRole('region', { name: 'Shop' })
    .getByText(/http:\/\/127\.0\.0\.1:\d+\/in\//)
  const hook = ((await address.textContent()) ?? '').trim()
  await button('Close').click()
  return hook
}

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<number> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const all = { 'content-type': 'application/json', ...headers }
  const response = await fetch(url, { method: 'POST', headers: all, body: text })
  return response.status
}
