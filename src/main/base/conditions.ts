import { networkInterfaces } from 'node:os'

/** What this computer says of itself to whoever works in the background. */
export type Conditions = {
  /** false: certainly no way to another computer; true says only that there may be one. */
  isOnline(): boolean
  /** Whether work that can wait should wait, to spare the battery. */
  savesPower(): boolean
  /** `tell` is called when the computer woke up, or has power again. out: stops it. */
  onWoken(tell: () => void): () => void
}

/** What Node alone can tell: whether any network but the computer's own is up. Of battery and sleep it knows nothing. */
export function networkConditions(): Conditions {
  return { isOnline: hasNetwork, savesPower: () => false, onWoken: () => () => undefined }
}

function hasNetwork(): boolean {
  return Object.values(networkInterfaces()).some(addresses => addresses?.some(({ internal }) => !internal))
}
