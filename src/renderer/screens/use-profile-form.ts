import { useState } from 'react'
import { fieldsFor, variantFor } from '#shared/fields.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Profile } from '#shared/model/profile.ts'
import type { KindCard } from '#shared/model/provider.ts'
import {
  draftOf,
  editOf,
  keptSecrets,
  leftBehind,
  problemsOf,
  withoutSecrets,
  withVariantChoices,
  type Draft,
  type Problems
} from '../forms/form-model.ts'
import type { Typed } from '../state/drafts.ts'
import { useStores } from '../state/stores.ts'

const nothing: Settings = {}

/** null is how an edit says that a setting goes. */
function absent(names: string[]): Settings {
  return Object.fromEntries(names.map(name => [name, null]))
}

/**
 * What is typed, against what is saved. A change of the saved settings from outside shows at once, unless something is
 * typed. What is typed is kept when the form is left.
 */
export function useProfileForm(profile: Profile, kind: KindCard | undefined) {
  const drafts = useStores().drafts.getState()
  const settings = profile.local ?? nothing
  const fieldsOf = (draft: Draft) =>
    kind ? withVariantChoices(kind.form, fieldsFor(kind.form, { ...settings, ...draft })) : []
  const fresh = (): Typed => ({ from: settings, draft: draftOf(fieldsOf({}), settings) })
  const [typed, setTyped] = useState<Typed>(() => drafts.byProfile[profile.id] ?? fresh())
  const [problems, setProblems] = useState<Problems>({})
  const fields = fieldsOf(typed.draft)
  const typedEdit = editOf(fields, typed.from, typed.draft)
  const isOtherVariant = kind?.form.variants !== undefined && kind.form.variants.by in typedEdit.set
  const edit: Settings = {
    ...typedEdit.set,
    ...absent(typedEdit.unset),
    ...(kind && isOtherVariant && absent(leftBehind(kind.form, fields, typed.from)))
  }
  const isDirty = Object.keys(edit).length > 0
  const kept = keptSecrets(fields, settings)
  if (!isDirty && JSON.stringify(typed.from) !== JSON.stringify(settings)) setTyped(fresh())

  return {
    fields,
    kept,
    edit,
    isDirty,
    problems,
    draft: typed.draft,
    help: kind && (variantFor(kind.form, settings)?.help ?? kind.help),
    change: (draft: Draft) => {
      setTyped({ from: typed.from, draft })
      drafts.keep(profile.id, { from: typed.from, draft: withoutSecrets(fields, draft) })
      setProblems({})
    },
    check: () => {
      // What was there already does not stand in the way of another edit; a new variant begins with all its fields.
      const edited = isOtherVariant ? fields : fields.filter(card => card.name in edit)
      const wrong = problemsOf(edited, typed.draft, kept)
      setProblems(wrong)
      return Object.keys(wrong).length === 0
    },
    forgetSecrets: () => setTyped(now => ({ ...now, draft: withoutSecrets(fields, now.draft) })),
    reset: () => {
      setTyped(now => ({ ...now, draft: draftOf(fields, now.from) }))
      drafts.drop(profile.id)
      setProblems({})
    }
  }
}
