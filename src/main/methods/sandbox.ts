import { Fault } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { SandboxStatus } from '#shared/model/app.ts'
import { addAccount, knownAccount, testAccount } from './account-writes.ts'
import { sandboxUrlOf } from './connections.ts'
import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

export function sandboxMethods(methods: Methods, deps: MethodDeps) {
  const { sandbox } = deps
  return {
    sandbox: {
      list: methods.sandbox.list.handler(() =>
        Promise.all(sandbox.providers.map(provider => statusOf(deps, provider)))
      ),
      serve: methods.sandbox.serve.handler(async ({ input }) => {
        await sandbox.ensure(input.provider, input.port)
        deps.bus.tell('sandbox')
        return statusOf(deps, input.provider)
      }),
      start: methods.sandbox.start.handler(({ input }) => startWithAccount(deps, input.provider)),
      call: methods.sandbox.call.handler(({ input }) => sandbox.placeCall(input.provider, { to: input.to })),
      text: methods.sandbox.text.handler(({ input: { provider, ...text } }) => sandbox.sendText(provider, text))
    }
  }
}

async function startWithAccount(deps: MethodDeps, provider: string): Promise<Account> {
  const { name } = deps.registry.get(provider).card
  await deps.sandbox.ensure(provider)
  const account = accountOf(deps, provider) ?? (await addSandboxAccount(deps, provider, name))
  await testAccount(deps, account.id)
  await deps.sync.pull(account.id)
  const { adopt } = deps.sandbox.credentials(provider)
  if (adopt !== undefined && deps.sync.list(account.id).length === 0) await deps.sync.adopt(account.id, adopt)
  deps.bus.tell('sandbox')
  return knownAccount(deps, account.id)
}

/** Two clicks are one account. */
async function addSandboxAccount(deps: MethodDeps, provider: string, name: string): Promise<Account> {
  const { fields, secrets } = deps.sandbox.credentials(provider)
  try {
    return await addAccount(deps, {
      provider,
      label: `${name} sandbox`,
      baseUrl: sandboxUrlOf(provider),
      fields,
      secrets
    })
  } catch (error) {
    const other = error instanceof Fault && error.code === 'already-exists' ? accountOf(deps, provider) : undefined
    if (other) return other
    throw error
  }
}

async function statusOf(deps: MethodDeps, provider: string): Promise<SandboxStatus> {
  const { fields, secrets } = deps.sandbox.credentials(provider)
  return {
    provider,
    ...(await deps.sandbox.status(provider)),
    accountId: accountOf(deps, provider)?.id ?? null,
    credentials: { ...fields, ...secrets },
    ...deps.sandbox.abilities(provider)
  }
}

function accountOf(deps: MethodDeps, provider: string): Account | undefined {
  return deps.store.accounts.list().find(account => account.baseUrl === sandboxUrlOf(provider))
}
