const grouped = new Intl.NumberFormat('en-GB')

export function formatCount(count: number): string {
  return grouped.format(count)
}

/** `500 bytes`, `12 kB`, `2.5 MB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1_000) return plural(bytes, 'byte')
  if (bytes < 1_000_000) return `${formatCount(Math.round(bytes / 1_000))} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** `1 order`, `2 orders`, `3 addresses`: the plural is given where it is not just an s. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
