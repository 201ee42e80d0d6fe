import type { AnchorState, TrailOutcome, TrailState } from '../../api'
import type { Tone } from '../../ui/Badge'

export const outcomes: Record<TrailOutcome, { word: string; tone: Tone; meaning: string }> = {
  ok: {
    word: 'Whole',
    tone: 'green',
    meaning: 'Every event and every transfer is as it was sealed, and the books agree with them.',
  },
  broken: {
    word: 'Broken',
    tone: 'red',
    meaning: 'Something was changed after it was sealed, or contradicts the books:',
  },
  incomplete: {
    word: 'Incomplete',
    tone: 'amber',
    meaning: 'Nothing wrong was found, but not everything could be looked at:',
  },
  anchor_mismatch: {
    word: 'Not what was anchored',
    tone: 'red',
    meaning:
      'The database is not the one whose end was written down outside it: an earlier state was put back, or the end was cut off.',
  },
  failed: {
    word: 'Came to no end',
    tone: 'amber',
    meaning: 'The verification did not come to an end. Try again; the server’s log says more.',
  },
}

/** `stops`: nothing is sealed until somebody has explained it. */
export const anchorInWords: Record<AnchorState, { words: string; stops: boolean }> = {
  off: { words: 'There is no anchor outside the database.', stops: false },
  empty: { words: 'The anchor outside the database is empty yet.', stops: false },
  holds: { words: 'The anchor outside the database agrees.', stops: false },
  behind: {
    words:
      'The database ends before its anchor: an earlier state was put back, or the end was cut off. Nothing is sealed until that is explained. After a restore on purpose, somebody with access to the server says so with `hub audit reanchor`.',
    stops: true,
  },
  differs: {
    words:
      'The database is not what its anchor says. Nothing is sealed until that is explained. After a restore on purpose, somebody with access to the server says so with `hub audit reanchor`.',
    stops: true,
  },
  unreadable: {
    words:
      'The anchor file cannot be read, and nothing is sealed until it can. The server’s log says more.',
    stops: true,
  },
}

const PATIENCE_MS = 120_000

/** Sealing takes a second as a rule. */
export function isStuck({ waitingSince }: TrailState, now: number): boolean {
  return !!waitingSince && now - Date.parse(waitingSince) > PATIENCE_MS
}
