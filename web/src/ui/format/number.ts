const grouped = new Intl.NumberFormat('en-GB')

export function formatCount(count: number): string {
  return grouped.format(count)
}

/** `1 order`, `2 orders`, `3 addresses`: the plural is given where it is not just an s. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
