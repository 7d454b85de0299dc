// TextMarks API V2: the requests. Every one is a POST with a form, reads too, so that no secret stands in a URL.
// Source: the help pages and the official clients, as summed up in providers/textmarks.md §1–4, 2026-11.
// Not tested against the live service: what it answers to wrong credentials or for a keyword of somebody else; group_config.

import type * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import type { ProviderCard, ViewTable } from '#shared/model/provider.ts'
import type { ProviderApi, ProviderSession, RemoteProfile } from '../contract.ts'
import type { Intent } from '../kit/answer-fault.ts'
import { createExchange } from '../kit/exchange.ts'
import { createRateQueue } from '../kit/rate-queue.ts'
import { createReadRetry } from '../kit/read-retry.ts'
import { createRedaction } from '../kit/redaction.ts'
import { configArguments, configSettings, handlerArguments, handlerSettings, keywordId, refusalOf } from './map.ts'
import { configAnswer, configs, doneAnswer, handlerAnswer, handlerRead, keywordAnswer } from './wire.ts'
import { keywordStatusPath, managerPath, routeAnswer, type ConfigKind } from './wire.ts'

export const noListing = 'TextMarks has no way to list keywords; take each over by its name.'
export const noCreation =
  'A keyword has exactly one of these from the start; register keywords at TextMarks, then take them over here.'
export const noRemoval = 'It lasts as long as the keyword, which can only be given up at TextMarks.'

type Request<T> = { intent: Intent; path: string; args?: Record<string, string>; answer: z.ZodType<T> }

/** Connects as one user. Nothing is sent before the first call. */
export function connectTextMarks(session: ProviderSession, rateLimit: ProviderCard['rateLimit']): ProviderApi {
  const { user = '', password = '', apiKey = '', keyword: ownKeyword = '' } = session.credentials
  const redaction = createRedaction([password, apiKey].filter(Boolean))
  const speaker = { name: 'TextMarks', redaction, now: () => session.clock.now() }
  const queue = createRateQueue(rateLimit, session.signal)
  const exchange = createExchange({ session, speaker, queue, refusalOf })
  const retryRead = createReadRetry(session.clock, session.signal)

  function send<T>({ intent, path, args, answer }: Request<T>): Promise<T> {
    const signedIn = { auth_user: user, auth_pass: password, ...(apiKey !== '' && { api_key: apiKey }) }
    return exchange({ intent, method: 'POST', path, form: { ...args, ...signedIn }, answer })
  }

  /** As a `list`, so that an HTTP 404 is a wrong address and never "it does not exist". */
  function read<T>(method: string, keyword: string, answer: z.ZodType<T>): Promise<T> {
    return retryRead(() => send({ intent: 'list', path: managerPath(method), args: { tm: keyword }, answer }))
  }

  async function readProfile(kind: string, keyword: string): Promise<Settings> {
    if (isConfigKind(kind)) {
      const { body } = await read(configs[kind].read, keyword, configAnswer(kind))
      return configSettings(kind, keyword, body)
    }
    const { body } = await read(handlerRead, keyword, handlerAnswer)
    return handlerSettings(keyword, body)
  }

  /** No code for wrong credentials is known: a keyword that is said to be the user's and is refused says it. */
  async function prove(): Promise<void> {
    try {
      await readProfile('integration-config', ownKeyword)
    } catch (error) {
      throw isRefusal(error) ? rejected(error) : error
    }
  }

  /** Whether TextMarks itself says that nobody has the keyword. */
  async function isFree(keyword: string): Promise<boolean> {
    try {
      const request: Request<z.infer<typeof keywordAnswer>> = {
        intent: 'list',
        path: keywordStatusPath,
        args: { keyword },
        answer: keywordAnswer
      }
      const { body } = await retryRead(() => send(request))
      return body.available
    } catch (error) {
      if (isRefusal(error)) return false
      throw error
    }
  }

  /**
   * A refused read does not say why. out: undefined only where the credentials are proven with another keyword and
   * TextMarks says that nobody has this one; nothing is concluded from the code alone.
   */
  async function explain(refused: Fault, keyword: string): Promise<undefined> {
    await prove()
    if (await isFree(keyword)) return undefined
    const said = refused.message.replace(/^TextMarks refused the change/, 'TextMarks does not let this account read it')
    throw new Fault('forbidden', { message: said, cause: refused })
  }

  async function get(kind: string, remoteId: string): Promise<RemoteProfile | undefined> {
    const keyword = keywordId(remoteId)
    try {
      return { kind, remoteId: keyword, settings: await readProfile(kind, keyword) }
    } catch (error) {
      if (!isRefusal(error)) throw error
      return explain(error, keyword)
    }
  }

  async function view(keyword: string): Promise<ViewTable> {
    const { body } = await read('route_config', keyword, routeAnswer)
    const { phones = '', sticky_duration: seconds = '' } = body
    const numbers = (Array.isArray(phones) ? phones : phones.split(',')).map(one => one.trim())
    const rows = numbers.map(number => [number === '*' ? 'every number' : number, seconds])
    return { columns: ['Number', 'Seconds that a conversation stays with the keyword'], rows }
  }

  return {
    async test() {
      await prove()
      return `Signed in: the settings of ${keywordId(ownKeyword)} can be read`
    },
    async list(kind) {
      checkKind(kind)
      throw new Fault('unsupported', { message: noListing })
    },
    async get(kind, remoteId) {
      checkKind(kind)
      return get(kind, remoteId)
    },
    async create(kind) {
      checkKind(kind)
      throw new Fault('unsupported', { message: noCreation })
    },
    async update(kind, remoteId, planned, whole) {
      checkKind(kind)
      checkKeyword(remoteId, whole)
      const token = planned['privateToken']
      if (typeof token === 'string') redaction.hide(token)
      const { method, args } = isConfigKind(kind)
        ? { method: configs[kind].write, args: configArguments(kind, planned) }
        : handlerArguments(whole)
      if (isConfigKind(kind) && Object.keys(args).length === 0) return
      const request = { path: managerPath(method), args: { tm: keywordId(remoteId), ...args } }
      await send({ intent: 'write', ...request, answer: doneAnswer })
    },
    async remove(kind) {
      checkKind(kind)
      throw new Fault('unsupported', { message: noRemoval })
    },
    async view(name, remoteId) {
      if (name !== 'route' || remoteId === undefined) {
        throw new Fault('not-found', { message: `TextMarks has no view "${name}"` })
      }
      return view(keywordId(remoteId))
    }
  }
}

function isConfigKind(kind: string): kind is ConfigKind {
  return Object.hasOwn(configs, kind)
}

function checkKind(kind: string): void {
  if (isConfigKind(kind) || kind === 'request-handler') return
  throw new Fault('not-found', { message: `TextMarks has no kind "${kind}"` })
}

function checkKeyword(remoteId: string, whole: Settings): void {
  const { keyword } = whole
  if (keyword === undefined || (typeof keyword === 'string' && keywordId(keyword) === keywordId(remoteId))) return
  const message = `The settings belong to ${remoteId}; a keyword cannot be renamed`
  throw new Fault('unsupported', { message, field: 'keyword' })
}

function isRefusal(error: unknown): error is Fault {
  return error instanceof Fault && error.code === 'refused'
}

function rejected(fault: Fault): Fault {
  const message = fault.message.replace(
    /^TextMarks refused the change/,
    'TextMarks rejected the user, the password or the keyword'
  )
  const advice = 'Check the user, the password and that the keyword of the account is yours, and enter them again.'
  return new Fault('auth', { message, advice, cause: fault })
}
