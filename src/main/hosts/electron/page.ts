/** The page as the window knows it. */
export type Page = {
  url: string
  /** Whether the URL is the page itself: what may be loaded, reloaded and given a port. */
  isAt(url: string): boolean
}

export const scheme = 'app'
export const pageHost = 'plugboard'

/** `link=port` tells the page that its port comes by message. `devServer`: the origin that serves it while developing. */
export function createPage(devServer?: string): Page {
  const base = devServer ?? `${scheme}://${pageHost}/`
  const page = new URL('index.html', base)
  page.searchParams.set('link', 'port')
  return {
    url: page.href,
    isAt(text) {
      const url = URL.parse(text)
      return url !== null && url.protocol === page.protocol && url.host === page.host && url.pathname === page.pathname
    }
  }
}
