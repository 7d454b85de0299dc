import { implement, ORPCError } from '@orpc/server'
import { contract } from '#shared/contract/index.ts'
import { accountMethods } from './accounts.ts'
import { appMethods } from './app.ts'
import { attemptMethods } from './attempts.ts'
import { backupMethods } from './backup.ts'
import { callbackMethods } from './callbacks.ts'
import { configMethods } from './config-files.ts'
import type { MethodDeps } from './deps.ts'
import { desktopMethods } from './desktop.ts'
import { asFault } from './faults.ts'
import { planMethods } from './plans.ts'
import { profileMethods } from './profiles.ts'
import { ruleMethods } from './rules.ts'
import { sandboxMethods } from './sandbox.ts'
import { scheduleMethods } from './schedules.ts'
import { targetMethods } from './targets.ts'
import { vaultMethods } from './vaults.ts'

/** The contract, implemented once. Whatever is thrown below leaves as the one error FAULT, with a report and never a stack. */
export function createRouter(deps: MethodDeps) {
  const methods = implementer(deps)
  return methods.router({
    ...appMethods(methods, deps),
    ...vaultMethods(methods, deps),
    ...desktopMethods(methods, deps),
    ...accountMethods(methods, deps),
    ...profileMethods(methods, deps),
    ...planMethods(methods, deps),
    ...callbackMethods(methods, deps),
    ...ruleMethods(methods, deps),
    ...targetMethods(methods, deps),
    ...attemptMethods(methods, deps),
    ...backupMethods(methods, deps),
    ...configMethods(methods, deps),
    ...sandboxMethods(methods, deps),
    ...scheduleMethods(methods, deps)
  })
}

function implementer(deps: MethodDeps) {
  return implement(contract).use(async ({ next, path }) => {
    try {
      return await next()
    } catch (error) {
      const report = asFault(error, deps.log, path.join('.')).report()
      throw new ORPCError('FAULT', { message: report.message, data: report })
    }
  })
}

export type Methods = ReturnType<typeof implementer>
export type Router = ReturnType<typeof createRouter>
