/** The passphrase of the tests' backups, and keys that cost nothing. */
export const backupWord = 'the word of the backup'
export const scryptCost = { N: 2, r: 1, p: 1 }
