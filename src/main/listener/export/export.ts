import type { CallbackDetail } from '#shared/model/callback.ts'
import type { Exported, ExportFormat } from '#shared/model/lab.ts'
import { curlOf } from './curl.ts'
import { harOf } from './har.ts'
import { httpOf } from './http.ts'
import { jsonOf } from './json.ts'
import { redactedCallback } from './redacted.ts'

export type ExportOrder = { format: ExportFormat; whole: boolean; version: string }

/** The callbacks as a file for people. Redacted unless `whole`, and then it says so. */
export function exportCallbacks(callbacks: CallbackDetail[], { format, whole, version }: ExportOrder): Exported {
  const shown = whole ? callbacks : callbacks.map(redactedCallback)
  const [first] = callbacks
  const name = `${callbacks.length === 1 ? `callback-${first?.id}` : 'callbacks'}${whole ? '' : '-redacted'}`
  if (format === 'curl') return { fileName: `${name}.sh`, mediaType: 'text/x-shellscript', text: curlOf(shown, !whole) }
  if (format === 'http') return { fileName: `${name}.http`, mediaType: 'text/plain', text: httpOf(shown, !whole) }
  if (format === 'har')
    return { fileName: `${name}.har`, mediaType: 'application/json', text: harOf(shown, !whole, version) }
  return { fileName: `${name}.json`, mediaType: 'application/json', text: jsonOf(shown, !whole) }
}
