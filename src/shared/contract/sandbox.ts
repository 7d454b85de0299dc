import * as z from 'zod'
import { account } from '../model/account.ts'
import { sandboxDelivery, sandboxStatus } from '../model/app.ts'
import { method } from './errors.ts'

/** The built-in simulators. */
export const sandbox = {
  list: method.output(z.array(sandboxStatus)),
  /** Starts the simulator alone. faults: port-taken where a port was asked for. */
  serve: method
    .input(z.object({ provider: z.string().default('exotel'), port: z.number().int().min(0).max(65535).optional() }))
    .output(sandboxStatus),
  /** Starts the simulator, adds its account where it is missing, pulls. out: the account. */
  start: method.input(z.object({ provider: z.string().default('exotel') })).output(account),
  /** Makes the simulator place a call, so that it posts call events to the URLs in its settings. */
  call: method
    .input(z.object({ provider: z.string().default('exotel'), to: z.string().default('+919812345678') }))
    .output(z.object({ deliveries: z.array(sandboxDelivery) })),
  /**
   * A simulated phone texts (a keyword, a word after it, STOP), so that the simulator calls the addresses in its settings.
   * `to`: the number that is texted, where there are several. out: the SMS that the phone got, and every try to call.
   */
  text: method
    .input(
      z.object({
        provider: z.string().default('textmarks'),
        text: z.string().trim().min(1).max(1000),
        from: z.string().default('+12025550123'),
        to: z.string().optional()
      })
    )
    .output(z.object({ replies: z.array(z.string()), deliveries: z.array(sandboxDelivery) }))
}
