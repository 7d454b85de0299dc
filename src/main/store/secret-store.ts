import type { SecretRef } from '#shared/model/account.ts'

export type StoredSecret = SecretRef & { owner: string; fingerprint: string }

/** One entry of a vault. */
export type SecretPlace = SecretRef & { owner: string }

/** `isCopy`: another vault has the entry of this version that counts. A move makes such, on its way and behind it. */
export type StraySecret = SecretPlace & { isCopy: boolean }

/**
 * References and keyed fingerprints, never values; and the strays: entries that may be in a vault though nothing points
 * at them. Whatever stops being pointed at is a stray by itself, also with its account or profile.
 */
export type SecretStore = {
  list(owner: string): StoredSecret[]
  get(owner: string, name: string): StoredSecret | undefined
  /** Notes a stray: to be called before the entry is written to the vault. */
  expect(place: SecretPlace & { isCopy?: boolean }): void
  /** Of this version the entry in this vault counts from now on; strays of it in other vaults are copies. */
  settle(place: SecretPlace): void
  /** Points at the version (adds or replaces); it is no stray any more, the one before is. */
  point(secret: StoredSecret): void
  remove(owner: string, name: string): void
  all(): StoredSecret[]
  strays(): StraySecret[]
  /** The stray is in the vault no more. */
  forgotten(place: SecretPlace): void
}
