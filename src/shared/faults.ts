import * as z from 'zod'

/**
 * The closed list of expected failures. Each says what happened (title), what to do (advice), whether trying again can
 * help (retry: `never`, `later` on its own, `after-fix` once the person has done what the advice says) and the exit code
 * of the command line.
 */
export const faultList = {
  'bad-usage': ['The command was not understood', 'Run the command with --help to see its form.', 'after-fix', 2],
  'invalid-input': [
    'Something that was entered is not valid',
    'Correct the value that is named and try again.',
    'after-fix',
    2
  ],
  'not-found': ['That does not exist here', 'List what exists and use its id.', 'after-fix', 1],
  'already-exists': ['That exists already', 'Use the one that exists, or choose another name.', 'after-fix', 1],
  'needs-confirmation': ['This needs to be confirmed', 'Look at what would happen and confirm it.', 'after-fix', 2],

  'vault-not-chosen': [
    'No place for secrets has been chosen',
    'Choose the keychain, a passphrase file or this session only: on the welcome screen, in the settings, or with --vault.',
    'after-fix',
    1
  ],
  'vault-no-service': [
    'The keychain service is not available',
    'On Linux install libsecret-1-0 and gnome-keyring (or KWallet with its Secret Service) and log in again; or choose the passphrase file or this session only as the vault.',
    'after-fix',
    1
  ],
  'vault-no-collection': [
    'The keychain has no default collection',
    'Create a default keyring, for example with Seahorse (Passwords and Keys); or choose the passphrase file or this session only as the vault.',
    'after-fix',
    1
  ],
  'vault-locked': [
    'The vault is locked',
    'Unlock the keychain or enter the passphrase, then try again.',
    'after-fix',
    1
  ],
  'vault-denied': [
    'Access to the keychain was refused',
    'Allow Plugboard in the keychain prompt (snap: snap connect plugboard:password-manager-service).',
    'after-fix',
    1
  ],
  'vault-wrong-passphrase': [
    'The passphrase is wrong',
    'Enter the passphrase that this vault file was made with.',
    'after-fix',
    1
  ],
  'vault-damaged': [
    'The vault file is damaged',
    'Restore the vault file from a backup; its contents cannot be read.',
    'never',
    1
  ],
  'secret-missing': [
    'A secret is not in the vault',
    'Enter the credentials of the account again: with “Edit” on its screen, or with "accounts update".',
    'after-fix',
    1
  ],

  'store-newer': [
    'The data folder belongs to a newer Plugboard',
    'Install the newer version, or use another folder with --data-dir. Nothing was changed.',
    'after-fix',
    1
  ],
  'store-damaged': [
    'The database is damaged',
    'Restore a backup from the backups folder beside the database. Nothing was changed.',
    'after-fix',
    1
  ],
  'store-read-only': [
    'The data folder cannot be written',
    'Make the folder writable, or use another one with --data-dir.',
    'after-fix',
    1
  ],
  'store-full': ['The disk is full', 'Free some space; nothing that was confirmed is lost.', 'after-fix', 1],
  'store-busy': ['The database is in use and did not become free in time', 'Try again in a moment.', 'later', 1],
  'in-use-elsewhere': [
    'Another Plugboard is doing this on the same data folder',
    'Use that window, or close it and try again.',
    'later',
    1
  ],

  'backup-wrong-passphrase': [
    'The passphrase is not the one of this backup',
    'Enter the passphrase that the backup was made with. Nothing was changed.',
    'after-fix',
    1
  ],
  'backup-damaged': [
    'The file is not a backup, or is damaged',
    'Use another copy of the backup. Nothing was changed.',
    'never',
    1
  ],
  'backup-incomplete': [
    'The backup is not complete: its end is missing',
    'Copy the file again, or use another backup. Nothing was changed.',
    'after-fix',
    1
  ],
  'backup-newer': [
    'The backup was made by a newer Plugboard',
    'Install the newer version and restore it there. Nothing was changed.',
    'after-fix',
    1
  ],

  auth: [
    'The provider rejected the credentials',
    'Check the credentials of the account and enter them again.',
    'after-fix',
    1
  ],
  forbidden: [
    'The provider does not allow this account to do that',
    'Ask the provider to enable it, or use another account.',
    'after-fix',
    1
  ],
  'rate-limited': [
    'The provider asks to slow down',
    'Plugboard waits and goes on by itself; nothing is lost.',
    'later',
    1
  ],
  refused: ['The provider refused the change', 'Read its reason, correct the value and try again.', 'after-fix', 1],
  'missing-there': ['It does not exist at the provider', 'Pull to see what exists there now.', 'after-fix', 1],
  'conflict-there': [
    'The provider says that it conflicts with something there',
    'Pull to see what exists there now.',
    'after-fix',
    1
  ],
  unreachable: [
    'The provider cannot be reached',
    'Check the network and the base URL. Edits stay saved and can be applied later.',
    'later',
    1
  ],
  timeout: ['The provider did not answer in time', 'Try again later. Edits stay saved.', 'later', 1],
  'provider-error': ['The provider has a problem', 'Try again later. Edits stay saved.', 'later', 1],
  protocol: [
    'The provider answered in a form that Plugboard does not know',
    'Check the base URL (a proxy or login page may answer instead). If it stays, report it with the excerpt.',
    'later',
    1
  ],

  unsupported: ['The provider has no way to do that', 'The reason says what can be done instead.', 'never', 1],
  'plan-changed': [
    'The plan is not the one that was reviewed',
    'Look at the new plan and apply that one. Nothing was sent.',
    'after-fix',
    1
  ],
  conflicts: ['Both sides changed the same setting', 'Choose for each conflict which value to keep.', 'after-fix', 3],
  brake: [
    'The plan would change or delete a large part of the account',
    'Review it and confirm the brake if that is what you want.',
    'after-fix',
    1
  ],
  'outcome-unknown': [
    'It is not known whether the provider carried it out',
    'Plugboard reads the provider before it sends anything again.',
    'later',
    1
  ],

  'port-taken': [
    'The port is used by another program',
    'Close that program or choose another port (0 takes any free one).',
    'after-fix',
    1
  ],
  'port-forbidden': ['The system does not allow that port', 'Choose a port above 1023.', 'after-fix', 1],

  'node-too-old': [
    'This Node.js is too old',
    'Start Plugboard through npm (npm start, npm run cli), which brings the right one, or use Node.js 22.14 or newer.',
    'after-fix',
    1
  ],
  'no-protection': [
    'The window does not open without its protection (--no-sandbox)',
    'An AppImage adds this where the system allows no user namespaces: install the .deb instead, which allows them for Plugboard, or use "plugboard serve".',
    'after-fix',
    1
  ],
  unauthorised: [
    'This page is not allowed in',
    'Open the address that Plugboard printed; its token works once.',
    'after-fix',
    1
  ],
  'held-back': [
    'It was not sent on',
    'Send it on by hand, or let a rule forward such callbacks always.',
    'after-fix',
    1
  ],
  untrusted: ['The certificate of the other side is not trusted', 'Trust it, or use another address.', 'after-fix', 1],
  'timed-out': ['Nothing matched in time', 'Check that the callback is sent to the printed address.', 'later', 4],
  cancelled: ['It was cancelled', 'Nothing more is sent. Start again when you like.', 'after-fix', 1],
  bug: ['Plugboard made a mistake', 'Report it with the incident id; the details are in the log.', 'never', 1]
} as const satisfies Record<
  string,
  readonly [title: string, advice: string, retry: 'never' | 'later' | 'after-fix', exit: number]
>

export type FaultCode = keyof typeof faultList
export const faultCodes = Object.keys(faultList) as [FaultCode, ...FaultCode[]]

/** One profile in which a plan is not the reviewed one. Settings by their labels, never a value. */
export const planDifference = z.object({
  what: z.enum(['added', 'gone', 'differs']),
  profileId: z.string(),
  title: z.string(),
  action: z.enum(['create', 'update', 'delete']),
  settings: z.array(z.string())
})
export type PlanDifference = z.infer<typeof planDifference>

/** What crosses a border (transport, command line, database): a fault as data, always with its sentence and advice. */
export const faultReport = z.object({
  code: z.enum(faultCodes),
  message: z.string(),
  advice: z.string(),
  retry: z.enum(['never', 'later', 'after-fix']),
  /** The setting or input field that the fault names, where it names one. */
  field: z.string().optional(),
  /** A redacted piece of what the other side said. */
  excerpt: z.string().optional(),
  /** When the other side asked to come back (UTC milliseconds). */
  retryAtMs: z.number().int().optional(),
  /** Finds a bug in the log. */
  incident: z.string().optional(),
  /** Of `plan-changed`: how the plan differs from the reviewed one, where that is still known. */
  difference: z.array(planDifference).optional()
})
export type FaultReport = z.infer<typeof faultReport>

export type FaultDetail = {
  /** One sentence that replaces the general title: what happened, with names. Never a secret, never a stack. */
  message?: string
  advice?: string
  field?: string
  excerpt?: string
  retryAtMs?: number
  incident?: string
  difference?: PlanDifference[]
  cause?: unknown
}

/** An expected failure. It is thrown to cross the layers of main and becomes a report at each border. */
export class Fault extends Error {
  readonly code: FaultCode
  readonly detail: FaultDetail
  constructor(code: FaultCode, detail: FaultDetail = {}) {
    super(detail.message ?? faultList[code][0], { cause: detail.cause })
    this.name = 'Fault'
    this.code = code
    this.detail = detail
  }

  report(): FaultReport {
    const [, advice, retry] = faultList[this.code]
    const { field, excerpt, retryAtMs, incident, difference } = this.detail
    return {
      code: this.code,
      message: this.message,
      advice: this.detail.advice ?? advice,
      retry,
      ...(field !== undefined && { field }),
      ...(excerpt !== undefined && { excerpt }),
      ...(retryAtMs !== undefined && { retryAtMs }),
      ...(incident !== undefined && { incident }),
      ...(difference !== undefined && { difference })
    }
  }
}

export function exitCodeOf(code: FaultCode): number {
  return faultList[code][3]
}
