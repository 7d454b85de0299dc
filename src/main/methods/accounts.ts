import { addAccount, knownAccount, removeAccount, testAccount, updateAccount } from './account-writes.ts'
import { readView } from './asking.ts'
import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

export function accountMethods(methods: Methods, deps: MethodDeps) {
  return {
    accounts: {
      list: methods.accounts.list.handler(() => deps.store.accounts.list()),
      get: methods.accounts.get.handler(({ input }) => knownAccount(deps, input.id)),
      add: methods.accounts.add.handler(({ input }) => addAccount(deps, input)),
      update: methods.accounts.update.handler(({ input }) => updateAccount(deps, input)),
      remove: methods.accounts.remove.handler(async ({ input }) => {
        await removeAccount(deps, input.id)
        return { done: true }
      }),
      test: methods.accounts.test.handler(({ input }) => testAccount(deps, input.id)),
      view: methods.accounts.view.handler(({ input }) => readView(deps, input))
    }
  }
}
