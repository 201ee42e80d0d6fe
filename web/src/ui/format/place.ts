import { formatPostcode } from './name'

export interface PlaceParts {
  label?: string | null | undefined
  line1?: string | null | undefined
  line2?: string | null | undefined
  city?: string | null | undefined
  postcode?: string | null | undefined
}

/** A place on one line: `12 Mill Lane, Leeds, LS1 4AB`. */
export function placeInWords({ label, line1, line2, city, postcode }: PlaceParts): string {
  const street = line1 ? [line1, line2] : [label]
  const parts = [...street, city, postcode ? formatPostcode(postcode) : undefined]
  return parts.filter(Boolean).join(', ') || 'Not known'
}

/** The shortest word for a place: its postcode, or what else is known. */
export function placeInShort(place: PlaceParts): string {
  return place.postcode
    ? formatPostcode(place.postcode)
    : (place.city ?? place.label ?? 'not known')
}
