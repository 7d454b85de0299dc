import * as z from 'zod'
import { commonState, emptyState, type KeptState } from '../kit/state.ts'
import { sandboxAccount } from './account.ts'

const texts = z.record(z.string(), z.string())

const textMark = z.object({
  keyword: z.string(),
  owner: z.string(),
  handler: z.object({ type: z.enum(['basic', 'webscrape', 'dynamic', 'silent']), args: texts }),
  groupCallbackUrl: z.string().nullable(),
  /** A digest only: the token itself is kept in memory, or it would be a secret outside the vault. */
  tokenDigest: z.string().nullable(),
  group: texts,
  public: texts,
  /** Phone numbers of the group's members. */
  members: z.array(z.string())
})

export const stateSchema = commonState.extend({
  textMarks: z.array(textMark),
  people: z.array(z.object({ phone: z.string(), userId: z.string(), name: z.string() })),
  /** By phone number: the keyword that a text without one goes to. */
  context: texts,
  /** What phones got, newest last. */
  messages: z.array(z.object({ to: z.string(), text: z.string() })),
  lockedOut: z.boolean()
})

export type TextMark = z.infer<typeof textMark>
export type TextMarksState = z.infer<typeof stateSchema>
export type KeptTextMarks = KeptState<TextMarksState>

/** Auto-subscribe is on for new keywords. */
const usualGroup = { group_enabled: '1', auto_join: '1', user_msgs_allowed: '0', name_required: '0' }
const usualPublic = { publish_messages: '0', in_directory: '0' }

export function newTextMark(keyword: string, owner: string = sandboxAccount.user): TextMark {
  return {
    keyword,
    owner,
    handler: { type: 'basic', args: { response: `Thanks for texting ${keyword}.`, notify_sms: '0' } },
    groupCallbackUrl: null,
    tokenDigest: null,
    group: { ...usualGroup },
    public: { ...usualPublic },
    members: []
  }
}

/** What a newcomer finds: one keyword of each kind that answers, one of somebody else. */
export function seedState(): TextMarksState {
  return {
    ...emptyState(),
    textMarks: [
      {
        ...newTextMark('PLUGDEMO'),
        handler: {
          type: 'dynamic',
          args: { url: String.raw`http://127.0.0.1:4700/in/demo?action=\a&phone=\p&text=\0`, notify_sms: '0' }
        },
        public: { ...usualPublic, description: 'A demonstration', site_url: 'https://plugdemo.example.com/' }
      },
      { ...newTextMark('JOESPIZZA'), members: ['+12025550111'] },
      {
        ...newTextMark('WEATHER'),
        handler: {
          type: 'webscrape',
          args: {
            url: String.raw`https://weather.example.com/?zip=\1`,
            clip_left: '<b>',
            clip_right: '</b>',
            clip_left_inc: '0',
            clip_right_inc: '0',
            notify_sms: '0'
          }
        }
      },
      newTextMark('OTHERSHOP', 'somebody-else')
    ],
    people: [
      { phone: '+12025550111', userId: '4789234', name: 'Jim Jones' },
      { phone: '+12025550123', userId: '4789235', name: '' }
    ],
    context: {},
    messages: [],
    lockedOut: false
  }
}

/** in: keyword: in any case, unless the switch says otherwise. */
export function findTextMark(
  state: TextMarksState,
  keyword: string,
  keywordCase: 'any' | 'upper' = 'any'
): TextMark | undefined {
  const wanted = keywordCase === 'any' ? keyword.trim().toUpperCase() : keyword.trim()
  return state.textMarks.find(one => one.keyword === wanted)
}
