import { Stack, Text, Title } from '@mantine/core'
import { BackupMake } from './backup-make.tsx'
import { BackupRestore } from './backup-restore.tsx'

/** One encrypted file with everything, and the way back from it. */
export function BackupSettings() {
  return (
    <Stack gap="lg">
      <Text size="sm">
        A backup is one encrypted file with everything: accounts, profiles, edits, history, callbacks and settings. It
        can be restored here or on another computer.
      </Text>
      <section aria-label="Make a backup">
        <Title order={3} mb="xs">
          Make a backup
        </Title>
        <BackupMake />
      </section>
      <section aria-label="Restore a backup">
        <Title order={3} mb="xs">
          Restore a backup
        </Title>
        <BackupRestore />
      </section>
    </Stack>
  )
}
