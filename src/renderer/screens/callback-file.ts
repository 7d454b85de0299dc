type NewFile = { fileName: string; mediaType: string; content: string | Uint8Array<ArrayBuffer> | Blob }

/** Hands a file to the person, who is asked where it is to be kept, or finds it among the downloads. */
export function saveFile({ fileName, mediaType, content }: NewFile): void {
  const url = URL.createObjectURL(new Blob([content], { type: mediaType }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The download has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
