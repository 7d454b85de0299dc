import * as z from 'zod'
import type { SandboxRequest } from '../server.ts'
import { readControl, type Control, type ControlContext } from '../kit/control.ts'
import { callUrls } from './calls.ts'
import { receiveText, tellGroup } from './phone.ts'
import { findTextMark, newTextMark, type TextMark, type TextMarksState } from './state.ts'
import type { Switches } from './switches.ts'
import { digestOf, type PrivateTokens } from './tokens.ts'

type Context = ControlContext<TextMarksState, Switches>
type TextMarksControl = Control<TextMarksState, Switches>

const phoneNumber = z.string().regex(/^\+[1-9]\d{6,14}$/, 'a phone number such as +12025550123')
const keywordText = z.string().regex(/^[A-Z0-9]{1,30}$/, 'capital letters and digits')
const texts = z.record(z.string(), z.string())

const textSchema = z.strictObject({ from: phoneNumber.default('+12025550123'), text: z.string().min(1).max(1000) })

const eventSchema = z.strictObject({
  keyword: keywordText,
  action: z.enum(['REQ', 'SUB', 'UNSUB']).default('REQ'),
  from: phoneNumber.default('+12025550123'),
  text: z.string().max(1000).default('')
})

const editSchema = z.strictObject({
  keyword: keywordText,
  owner: z.string().optional(),
  handler: z.strictObject({ type: z.enum(['basic', 'webscrape', 'dynamic', 'silent']), args: texts }).optional(),
  groupCallbackUrl: z.string().nullable().optional(),
  privateToken: z.string().min(1).optional(),
  group: texts.optional(),
  public: texts.optional()
})

/** What can be done to the simulated TextMarks beside what every simulator has. */
export function textMarksControls(tokens: PrivateTokens): Record<string, TextMarksControl> {
  const calling = ({ kept, switches, clock }: Context) => ({ state: kept.current, switches, tokens, clock })

  async function text(request: SandboxRequest, context: Context) {
    const outcome = await receiveText(readControl(textSchema, request), calling(context))
    context.kept.save()
    return outcome
  }

  async function sendEvent(request: SandboxRequest, context: Context) {
    const { keyword, action, from, text: said } = readControl(eventSchema, request)
    const textMark = findTextMark(context.kept.current, keyword) ?? newTextMark(keyword)
    const event = { textMark, action, phone: from, text: action === 'REQ' ? said : '' }
    if (action !== 'REQ') return tellGroup(event, calling(context))
    const { deliveries } = await callUrls(textMark.handler.args['url'] ?? '', event, calling(context))
    return { deliveries }
  }

  /** Somebody else edits at the provider: such a change is not counted as the client's. A new keyword is made. */
  function edit(request: SandboxRequest, { kept }: Context) {
    const { keyword, privateToken, group, public: shown, ...given } = readControl(editSchema, request)
    const before = findTextMark(kept.current, keyword) ?? newTextMark(keyword)
    const after: TextMark = {
      ...before,
      ...given,
      group: { ...before.group, ...group },
      public: { ...before.public, ...shown },
      ...(privateToken !== undefined && { tokenDigest: digestOf(privateToken) })
    }
    if (privateToken !== undefined) tokens.set(digestOf(privateToken), privateToken)
    kept.current.textMarks = [...kept.current.textMarks.filter(one => one.keyword !== keyword), after]
    kept.save()
    return { textMark: after }
  }

  function remove(request: SandboxRequest, { kept }: Context) {
    const { keyword } = readControl(z.strictObject({ keyword: keywordText }), request)
    kept.current.textMarks = kept.current.textMarks.filter(one => one.keyword !== keyword)
    kept.save()
    return { keywords: kept.current.textMarks.map(one => one.keyword) }
  }

  return {
    'POST phone': text,
    'POST events': sendEvent,
    'PUT textmarks': edit,
    'DELETE textmarks': remove,
    'POST tokens/expire': lock(true),
    'POST tokens/restore': lock(false)
  }
}

/** `values`: what the keywords are set to, by keyword, for whoever does not speak TextMarks' names. Tokens are digests. */
export function showTextMarks({ textMarks, people, messages, lockedOut }: TextMarksState): Record<string, unknown> {
  const values = Object.fromEntries(
    textMarks.map(one => [
      one.keyword,
      {
        handler: { type: one.handler.type, ...one.handler.args },
        groupCallbackUrl: one.groupCallbackUrl,
        hasPrivateToken: one.tokenDigest !== null,
        group: one.group,
        public: one.public,
        members: one.members
      }
    ])
  )
  return { textMarks, values, people, messages, lockedOut, counters: { textMarks: textMarks.length } }
}

/** The password is another one until it is restored: every request is refused. */
function lock(lockedOut: boolean): TextMarksControl {
  return (_request, { kept }) => {
    kept.current.lockedOut = lockedOut
    kept.save()
    return { lockedOut }
  }
}
