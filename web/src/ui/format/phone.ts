/** Numbers of areas with two or three digits after the zero, which are written in other groups than the rest. */
const shortAreas = /^0(?:2\d|1\d1|11\d|3\d\d|8\d\d|9\d\d)/

/** A British number in its usual groups (`07700 900123`, `020 7946 0958`); others are left in international groups. */
export function formatPhone(phone: string): string {
  const compact = phone.replace(/[\s()-]/g, '').replace(/^00/, '+')
  if (!/^\+?\d+$/.test(compact)) return phone
  if (compact.startsWith('+') && !compact.startsWith('+44')) return phone
  const national = compact.startsWith('+44') ? `0${compact.slice(3)}` : compact
  if (!national.startsWith('0') || national.length < 10 || national.length > 11) return phone
  return groups(national).join(' ')
}

function groups(national: string): string[] {
  if (/^02\d/.test(national)) return [national.slice(0, 3), national.slice(3, 7), national.slice(7)]
  if (shortAreas.test(national))
    return [national.slice(0, 4), national.slice(4, 7), national.slice(7)]
  return [national.slice(0, 5), national.slice(5)]
}

/** The address behind a `tel:` link. */
export function phoneHref(phone: string): string {
  return `tel:${phone.replace(/[\s()-]/g, '')}`
}
