/** Saves what came as a file, under the name the server gave it. Resolves to the number of rows in it. */
export function saveFile(file: unknown, response: Response, fallback: string): number {
  if (!(file instanceof Blob)) throw new Error('The export came in a form this page cannot read.')
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = nameOf(response) ?? fallback
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  return Number(response.headers.get('x-total-count') ?? 0)
}

function nameOf(response: Response): string | undefined {
  return /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
}
