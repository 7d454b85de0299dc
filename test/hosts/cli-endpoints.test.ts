import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CallbackSummary, EndpointView } from '../../src/shared/model/callback.ts'
import { createCli, type Cli } from '../helpers/cli.ts'
import { tracesIn } from '../helpers/traces.ts'

const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
let cli: Cli

beforeAll(async () => {
  cli = await createCli()
})
afterAll(() => cli.remove())

test('endpoints: add, update, list and remove; the key is given on standard input and is in no file', async () => {
  expect((await cli.run(['endpoints', 'list'])).stdout).toContain('No endpoints yet')
  const scheme = ['--scheme', 'standard-webhooks', '--public-url', 'https://shop.example']
  const added = await cli.value<EndpointView>(['endpoints', 'add', '--label', 'Shop', ...scheme])
  expect(added).toMatchObject({
    label: 'Shop',
    accountId: null,
    hasKey: false,
    publicAddress: `https://shop.example/in/${added.key}`
  })
  const words = ['endpoints', 'update', 'Shop', '--label', 'Store', '--secrets-stdin']
  const updated = await cli.value<EndpointView>(words, JSON.stringify({ key }))
  expect(updated).toMatchObject({ id: added.id, label: 'Store', hasKey: true })
  const { publicUrl } = await cli.value<EndpointView>(['endpoints', 'update', 'Store', '--public-url', 'none'])
  expect(publicUrl).toBeNull()
  expect((await cli.run(['endpoints', 'list'])).stdout).toMatch(/Store +standard-webhooks +\/in\//)
  expect(tracesIn(cli.folder, key.slice('whsec_'.length))).toEqual([])
  expect(await cli.value(['endpoints', 'remove', added.id])).toEqual({ removed: added.id })
  expect(await cli.value<EndpointView[]>(['endpoints', 'list'])).toEqual([])
})

test('a sample to an endpoint with a scheme is signed by it and found valid', async () => {
  const secrets = ['--set', 'appId=app', '--secrets-stdin']
  const account = ['accounts', 'add', 'exotel', '--label', 'Calls', ...secrets]
  await cli.value(account, JSON.stringify({ appSecret: 'secret-of-app' }))
  cli.env['SIGNING_KEY'] = key
  const scheme = ['--scheme', 'standard-webhooks', '--secret-env', 'key=SIGNING_KEY']
  await cli.value<EndpointView>(['endpoints', 'update', 'Calls', ...scheme])
  await cli.value(['simulate', 'exotel', 'call-finished'])
  const other = ['--label', 'Other', '--scheme', 'telnyx', '--secret-env', 'key=TELNYX_KEY']
  cli.env['TELNYX_KEY'] = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='
  await cli.value<EndpointView>(['endpoints', 'add', ...other])
  await cli.value(['simulate', 'exotel', 'call-finished', '--endpoint', 'Other'])
  expect(await cli.value<CallbackSummary[]>(['callbacks', 'list'])).toMatchObject([
    { verdict: 'valid', provider: null },
    { verdict: 'valid', provider: 'exotel' }
  ])
})

test.each([
  [['update', 'Calls'], 'bad-usage', 2],
  [['update', 'Calls', '--scheme', 'svix'], 'bad-usage', 2],
  [['update', 'Calls', '--public-url', 'shop.example'], 'invalid-input', 2],
  [['update', 'Calls', '--secret-env', 'token=SIGNING_KEY'], 'invalid-input', 2],
  [['update', 'Nobody', '--label', 'X'], 'not-found', 1],
  [['add', 'Nobody', '--label', 'X'], 'not-found', 1]
])('endpoints %j is refused with %s', async (words, code, exit) => {
  expect(await cli.fault(['endpoints', ...words])).toMatchObject({ code, exit })
})
