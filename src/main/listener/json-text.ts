/** Deeper JSON is not read as such: whoever walks it would run out of stack. */
const deepest = 200

/** What a text says as JSON; undefined where it is none, or too deep. */
export function parseJsonText(text: string): { value: unknown } | undefined {
  if (!/^\s*[[{"\d.tfn-]/.test(text) || isTooDeep(text)) return undefined
  try {
    return { value: JSON.parse(text) }
  } catch {
    // Text that is not JSON is read in another way.
    return undefined
  }
}

/** Brackets in strings count as well: text that has so many of them is read as text. */
function isTooDeep(text: string): boolean {
  let depth = 0
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') depth -= 1
    if (depth > deepest) return true
  }
  return false
}
