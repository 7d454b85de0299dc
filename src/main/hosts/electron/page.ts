/** The page as the window knows it. */
export type Page = {
  url: string
  /** Whether the URL is the page itself: what may be loaded, reloaded and given a port. */
  isAt(url: string): boolean
  /** Whether it is something that the page is made of, or made itself: all that may be asked for. */
  isPartOf(url: string): boolean
}

export const scheme = 'app'
export const pageHost = 'plugboard'

/** `link=port` tells the page that its port comes by message. `devServer`: the origin that serves it while developing. */
export function createPage(devServer?: string): Page {
  const base = devServer ?? `${scheme}://${pageHost}/`
  const page = new URL('index.html', base)
  page.searchParams.set('link', 'port')
  const origin = `${page.protocol}//${page.host}`
  // While developing also the socket that tells of changed files, and the developer tools.
  const parts = [`${origin}/`, `blob:${origin}/`, 'data:']
  if (devServer !== undefined) parts.push(`ws://${page.host}/`, 'devtools://')
  return {
    url: page.href,
    isAt(text) {
      const url = URL.parse(text)
      return url !== null && url.protocol === page.protocol && url.host === page.host && url.pathname === page.pathname
    },
    isPartOf(text) {
      return parts.some(part => text.startsWith(part))
    }
  }
}
