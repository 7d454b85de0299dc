/** Runs in the page. out: the controls that a screen reader has no name for. */
export function nameless(): string[] {
  const controls = document.querySelectorAll<HTMLElement>('button, a[href], input:not([type=hidden]), select, textarea')
  const isNamed = (element: HTMLElement) =>
    Boolean(
      element.getAttribute('aria-label') ??
      element.getAttribute('aria-labelledby') ??
      (element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element.textContent?.trim())
    )
  // A chooser of files is pressed by the button before it; the arrows of a number are the arrow keys of its input.
  const isTold = (element: HTMLElement) => element.style.display !== 'none' && !element.closest('[aria-hidden=true]')
  return [...controls]
    .filter(element => isTold(element) && !isNamed(element))
    .map(element => element.outerHTML.slice(0, 160))
}
