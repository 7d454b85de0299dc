import * as z from 'zod'

export const shortestPassphrase = 8

/** One that is being chosen, for the vault file or a backup. A forgotten one cannot be helped, a short one protects nothing. */
export const newPassphrase = z
  .string()
  .min(shortestPassphrase, `The passphrase needs ${shortestPassphrase} characters or more`)
  .max(1_000)
