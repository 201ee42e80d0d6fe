/** The guides, in the order in which they are offered, each with the role whose first hour it is. */
export const guides = [
  { name: 'support', title: 'Support', role: 'support' },
  { name: 'operations', title: 'Operations', role: 'ops' },
  { name: 'finance', title: 'Finance', role: 'finance' },
  { name: 'reviewer', title: 'Reviewer', role: 'reviewer' },
  { name: 'superadmin', title: 'Superadmin', role: 'superadmin' },
  { name: 'read-only', title: 'Read only', role: 'read_only' },
] as const

export type GuideName = (typeof guides)[number]['name']

/** What pages explain by a section of a guide. */
export const topics = {
  refunds: { guide: 'support', section: 'give-money-back' },
  'store credit': { guide: 'support', section: 'give-store-credit' },
  'bulk acts': { guide: 'operations', section: 'act-on-many-at-once' },
  duplicates: { guide: 'operations', section: 'make-one-record-of-two' },
  'the trash': { guide: 'operations', section: 'archive-and-bring-back' },
  'data requests': { guide: 'operations', section: 'answer-a-data-request' },
  finance: { guide: 'finance', section: 'begin-with-the-day' },
  approvals: { guide: 'finance', section: 'decide-about-a-request' },
  differences: { guide: 'finance', section: 'compare-the-books' },
  audit: { guide: 'reviewer', section: 'read-the-trail' },
  staff: { guide: 'superadmin', section: 'invite-your-colleagues' },
  ceilings: { guide: 'superadmin', section: 'set-the-ceilings' },
  retention: { guide: 'superadmin', section: 'say-how-long-what-is-kept' },
  system: { guide: 'superadmin', section: 'see-how-the-system-fares' },
  backups: { guide: 'superadmin', section: 'have-copies-made-and-proved' },
} as const satisfies Record<string, { guide: GuideName; section: string }>

export type Topic = keyof typeof topics
