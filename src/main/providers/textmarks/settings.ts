// TextMarks API V2: the settings of a keyword as people enter them.
// Source: the help pages of TextMarkManager (builds 4.18h to 4.47b), as summed up in providers/textmarks.md §4, 2026-11.
// Not tested against the live service: the limits of lengths, which are ours; the arguments of the basic and the silent handler.

import * as z from 'zod'
import { field } from '#shared/fields.ts'
import { callbackTemplate } from './template.ts'

/** Also what the page makes of a listener's address: all that can be known, for requests, joins and leaves alike. */
const exampleUrl = callbackTemplate('https://shop.example.com/sms')

/** A keyword, or TextMarks' own way of naming one (a TRI); anything printable without spaces is left to TextMarks. */
export const keywordText = z
  .string('is required')
  .trim()
  .min(1, 'must not be empty')
  .max(100, 'must have at most 100 characters')
  .regex(/^[\x21-\x7e]*$/, 'must be one word without spaces')

const webUrl = z
  .string('is required')
  .max(2000, 'must have at most 2000 characters')
  .refine(isWebUrl, 'must be a web address that starts with http:// or https://')

/** Several are called, as far as known, in their order; the reply is that of the first. */
const webUrls = z
  .string('is required')
  .max(4000, 'must have at most 4000 characters')
  .refine(
    text => text.trim() !== '' && text.trim().split(/\s+/).every(isWebUrl),
    'must be web addresses that start with http:// or https://, with spaces between them'
  )

const keyword = field(keywordText, {
  label: 'Keyword',
  help: 'The keyword that people text (a TextMark). It cannot change here.',
  example: 'JOESPIZZA',
  immutable: true
})

const tokenHelp = String.raw`\p becomes the phone number, \a the action, \k the keyword, \0 the text, \1 to \9 its words, \n the name, \u the user id, \s a signature.`

export const integrationSchema = z.object({
  keyword,
  groupCallbackUrl: field(webUrl, {
    label: 'Group callback address',
    help: `TextMarks calls it when somebody joins (SUB) or leaves (UNSUB) the group. ${tokenHelp}`,
    example: exampleUrl,
    input: 'url'
  }).optional(),
  privateToken: field(
    z.string().min(8, 'must have at least 8 characters').max(200, 'must have at most 200 characters'),
    {
      label: 'Private token',
      help: String.raw`The shared secret with which TextMarks fills \s. It can be replaced, but not taken away again.`,
      secret: true,
      writeOnly: true
    }
  ).optional()
})

const notifyBySms = flag('Text to the owner', 'The owner of the keyword gets an SMS at each request.')

const scriptUrl = field(webUrls, {
  label: 'Address to call',
  help: `Its answer is the reply; an empty one sends none. It must answer within 10 seconds. ${tokenHelp}`,
  example: exampleUrl,
  input: 'url'
})

const pageUrl = field(webUrl, {
  label: 'Web page',
  help: `The page that the reply is cut out of. It must answer within 10 seconds. ${tokenHelp}`,
  example: String.raw`https://weather.example.com/today?zip=\1`,
  input: 'url'
})

export const handlerSchema = z.discriminatedUnion('type', [
  handler('basic', 'Fixed reply', 'Everybody who texts the keyword gets the same reply.', {
    response: field(required(1000), {
      label: 'Reply',
      help: 'The text of the SMS.',
      example: 'We are open from 9 to 5.'
    }),
    notifyBySms
  }),
  handler('dynamic', 'Call an address', 'Your own server is called, and its answer is the reply.', {
    url: scriptUrl,
    notifyBySms
  }),
  handler('webscrape', 'Cut from a web page', 'A web page is fetched, and a piece of its text is the reply.', {
    url: pageUrl,
    clipLeft: field(required(500), { label: 'Text before', help: 'The piece begins after this text.' }),
    clipRight: clip('Text after', 'The piece ends before this text.'),
    includeLeft: flag('Keep the text before', 'Whether the text before is part of the reply.'),
    includeRight: flag('Keep the text after', 'Whether the text after is part of the reply.'),
    clipAfter: clip('Skip until', 'Everything on the page before this text is skipped first.'),
    notifyBySms
  }),
  handler('silent', 'No reply', 'Nobody gets a reply.', { notifyBySms })
])

export const groupSchema = z.object({
  keyword,
  enabled: flag('Group', 'Whether people can join this keyword as a group.'),
  autoJoin: flag('Join by texting', 'Whoever texts the keyword joins the group.'),
  welcome: text('Welcome', 'The first line of the message that welcomes a new member.', 500),
  membersMayPost: flag('Members may post', 'Whether members can send messages to the group.'),
  postsToMembers: flag('Posts go to members', 'Whether what a member posts goes to all members.'),
  postsToLeaders: flag('Posts go to leaders', 'Whether what a member posts goes to the leaders.'),
  announceChanges: flag('Announce a new reply', 'Whether the group is told when the fixed reply changes.'),
  hasParent: flag('Parent group', 'Whether this group belongs to another one.'),
  parent: field(keywordText, {
    label: 'Parent keyword',
    help: 'The keyword of the group that this one belongs to. It can be replaced, not taken away.',
    example: 'JOESTOWN'
  }).optional(),
  offerEnabled: flag('Offer', 'Whether people get a special offer when they join.'),
  offerFirst: text('First offer', 'Sent to people who join for the first time.', 500),
  offerAgain: text('Next offer', 'Sent to people who join again.', 500),
  nameRequired: flag('Ask for names', 'Whether people without a name are asked for one.'),
  frequency: word('Messages', 'About how many messages are to be expected in the period; shown to members.', '4'),
  frequencyPeriod: word('Period', 'The period that the number of messages is for.', 'month')
})

export const publicSchema = z.object({
  keyword,
  publishMessages: flag('Publish messages', 'Anybody may read the messages that were sent.'),
  inDirectory: flag('In the directory', 'Whether the keyword is listed in the public directory.'),
  description: text('Description', 'Shown in the directory.', 1000),
  imageUrl: field(webUrl, {
    label: 'Picture',
    help: 'The address of a picture for the directory.',
    input: 'url'
  }).optional(),
  siteUrl: field(webUrl, { label: 'Web site', help: 'Linked from the directory.', input: 'url' }).optional()
})

function handler<T extends string, S extends z.ZodRawShape>(type: T, label: string, help: string, shape: S) {
  const chosen = field(z.literal(type), {
    label: 'What happens',
    help: 'What TextMarks does when somebody texts the keyword.'
  })
  return z.object({ keyword, type: chosen, ...shape }).meta({ label, help })
}

function flag(label: string, help: string) {
  return field(z.boolean('must be true or false'), { label, help }).optional()
}

function text(label: string, help: string, limit: number) {
  return field(z.string().max(limit, `must have at most ${limit} characters`), { label, help }).optional()
}

function clip(label: string, help: string) {
  return field(z.string().max(500, 'must have at most 500 characters'), { label, help }).optional()
}

function word(label: string, help: string, example: string) {
  const schema = z.string().min(1, 'must not be empty').max(50, 'must have at most 50 characters')
  return field(schema, { label, help: `${help} It can be replaced, not taken away.`, example }).optional()
}

function required(limit: number) {
  return z
    .string('is required')
    .refine(value => value.trim() !== '', 'must not be empty')
    .max(limit, `must have at most ${limit} characters`)
}

function isWebUrl(value: string): boolean {
  return /^https?:\/\/[^\s\\/?#]+[^\s]*$/i.test(value) && URL.canParse(value)
}
