const grouped = new Intl.NumberFormat('en-GB')

/** Whole pence as pounds: `£1,234.50`, `-£5.00`. */
export function formatMoney(pence: number): string {
  const sign = pence < 0 ? '-' : ''
  const size = Math.abs(pence)
  const pounds = grouped.format(Math.trunc(size / 100))
  return `${sign}£${pounds}.${String(size % 100).padStart(2, '0')}`
}

/** What a person types into a money box, as whole pence; undefined where it is no amount. */
export function parseMoney(text: string): number | undefined {
  const match = /^(-?)£?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?$/.exec(
    text.trim().replace(/\s/g, ''),
  )
  if (!match) return undefined
  const [, sign, pounds = '', pence = ''] = match
  const size = Number(pounds.replaceAll(',', '')) * 100 + Number(pence.padEnd(2, '0'))
  if (!Number.isSafeInteger(size)) return undefined
  return sign === '-' && size > 0 ? -size : size
}
