import { errors, Pool, type Dispatcher } from 'undici'

/**
 * Makes what an agent speaks to its proxy with. A tunnel that the proxy does not open, or breaks off, is an error that ends the
 * request: of the error that undici has for a broken connection its agent thinks that connecting anew will help, and does so for as
 * long as the request waits.
 */
export function proxyClient(timeoutMs: number): (origin: URL, options: Pool.Options) => Dispatcher {
  return (origin, options) => {
    const pool = new Pool(origin, options)
    const connect = pool.connect.bind(pool)
    return Object.assign(pool, {
      connect: async (tunnel: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
        const late = AbortSignal.timeout(timeoutMs)
        const signal = tunnel.signal instanceof AbortSignal ? AbortSignal.any([tunnel.signal, late]) : late
        try {
          return await connect({ ...tunnel, signal })
        } catch (error) {
          if (late.aborted) throw new errors.ConnectTimeoutError('the proxy opened no tunnel in time')
          throw isBroken(error) ? new errors.RequestAbortedError('the proxy broke the tunnel off') : error
        }
      }
    })
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof errors.SocketError || error instanceof errors.InformationalError
}
