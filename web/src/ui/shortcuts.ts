/** Every key that does something when pressed by itself outside fields, and what. Nothing listens to a key that is not here. */
export const singleKeys = {
  '/': 'Search customers',
  '?': 'This list',
  '[': 'The customer before in the list',
  ']': 'The customer after in the list',
  u: 'Back to the list',
  x: 'Select the row, or no longer',
  X: 'Select from the row that was selected before to this one',
} as const

export type SingleKey = keyof typeof singleKeys
