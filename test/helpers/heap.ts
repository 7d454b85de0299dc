import type { Locator, Page } from 'playwright-core'

/** All that the page's scripts still hold, as text: Chromium's heap snapshot after what is unused was collected. */
export async function heapOf(page: Page): Promise<string> {
  const chrome = await page.context().newCDPSession(page)
  const chunks: string[] = []
  chrome.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk))
  await chrome.send('HeapProfiler.enable')
  await chrome.send('HeapProfiler.collectGarbage')
  await chrome.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await chrome.detach()
  return chunks.join('')
}

/** Types as a paste does: not through a script of the page, which would hold the text. */
export async function paste(field: Locator, text: string): Promise<void> {
  const keyboard = field.page().keyboard
  await field.focus()
  await keyboard.press('ControlOrMeta+a')
  await keyboard.insertText(text)
}
