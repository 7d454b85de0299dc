type Details = { requestingUrl: string }
type RequestHandler = (
  contents: unknown,
  permission: string,
  answer: (granted: boolean) => void,
  details: Details
) => void
type CheckHandler = (
  contents: { getURL(): string } | null,
  permission: string,
  origin: string,
  details: Details
) => boolean

class Session {
  #request: RequestHandler | undefined
  #check: CheckHandler | undefined
  #device: (() => boolean) | undefined

  setPermissionRequestHandler(handler: RequestHandler): void {
    this.#request = handler
  }
  setPermissionCheckHandler(handler: CheckHandler): void {
    this.#check = handler
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.#device = handler
  }

  /** Electron grants what nobody refuses. */
  async ask(permission: string, url: string): Promise<{ request: boolean; check: boolean; device: boolean }> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    if (this.#request) this.#request({}, permission, resolve, { requestingUrl: url })
    else resolve(true)
    return {
      request: await promise,
      check: this.#check?.({ getURL: () => url }, permission, url, { requestingUrl: url }) ?? true,
      device: this.#device?.() ?? true
    }
  }
}

export const session = { defaultSession: new Session() }
