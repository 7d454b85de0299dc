import * as z from 'zod'
import { decodedCallback, headerPair } from '#shared/model/callback.ts'
import { folded, textsOf, wordsOf, wordsOfCallback, type Searched } from '../words.ts'

/** What a person searches for: all of these words, and all of these texts as they stand. */
export type Search = { words: SearchedWord[]; phrases: string[] }
/** Words that begin so, or, where it is whole, are this one. */
export type SearchedWord = z.infer<typeof searchedWord>
const searchedWord = z.object({ text: z.string(), isWhole: z.boolean() })

/**
 * Reads a search. What stands in quotes has to stand there like that, case and diacritics apart, and its first word at the
 * beginning of one. Where there is no word at all, the whole has to stand there.
 */
export function readSearch(text: string): Search {
  const phrases = [...text.matchAll(/"([^"]*)"/g)]
    .map(([, phrase = '']) => phrase)
    .filter(phrase => phrase.trim() !== '')
  // Behind each word of a text in quotes, but the last one, stands something that ends it.
  const whole = new Set(phrases.flatMap(phrase => wordsOf(phrase).slice(0, -1)))
  const words = [...new Set(wordsOf(text))].map(each => ({ text: each, isWhole: whole.has(each) }))
  if (words.length > 0) return { words, phrases: phrases.map(folded) }
  const asTyped = phrases.length > 0 ? phrases : [text.trim()]
  return { words, phrases: asTyped.filter(each => each !== '').map(folded) }
}

/** The SQL function that says whether a row holds a search: `mentions(target, headers, trailers, body, decoded, words, phrases)`. */
export const mentionsName = 'mentions'

/** `words` and `phrases`: JSON lists. Looks at the row itself, for what is not in the index (yet). */
export function mentions(
  target: unknown,
  headers: unknown,
  trailers: unknown,
  body: unknown,
  decoded: unknown,
  words: unknown,
  phrases: unknown
): 0 | 1 {
  const search = {
    words: wordList.parse(JSON.parse(String(words))),
    phrases: textList.parse(JSON.parse(String(phrases)))
  }
  return holds(searchedRow([target, headers, trailers, body, decoded]), search) ? 1 : 0
}

/** Whether the callback holds all of the search. */
export function holds(callback: Searched, { words, phrases }: Search): boolean {
  if (words.length > 0) {
    const own = [...wordsOfCallback(callback)]
    if (!words.every(word => own.some(each => isOf(each, word)))) return false
  }
  if (phrases.length === 0) return true
  const foldedTexts = textsOf(callback).map(folded)
  return phrases.every(phrase => foldedTexts.some(text => text.includes(phrase)))
}

const textList = z.array(z.string())
const wordList = z.array(searchedWord)
const pairs = z.array(headerPair)

function isOf(own: string, { text, isWhole }: SearchedWord): boolean {
  return isWhole ? own === text : own.startsWith(text)
}

/** in: target, headers, trailers, body and decoded, as they are stored. */
export function searchedRow([target, headers, trailers, body, decoded]: unknown[]): Searched {
  return {
    target: String(target),
    headers: pairs.parse(JSON.parse(String(headers))),
    trailers: pairs.parse(JSON.parse(String(trailers))),
    body: body instanceof Uint8Array ? body : new Uint8Array(),
    decoded: typeof decoded === 'string' ? decodedCallback.parse(JSON.parse(decoded)) : null
  }
}
