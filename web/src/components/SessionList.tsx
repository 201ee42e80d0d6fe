import { Button } from '@chakra-ui/react'
import { Monitor, MonitorCheck } from 'lucide-react'
import type { SessionView } from '../api'
import { Badge } from '../ui/Badge'
import { RelativeTime } from '../ui/RelativeTime'
import { device } from '../ui/format'

interface SessionListProps {
  sessions: readonly SessionView[]
  /** Ends one session; without it the list is only to look at. */
  onEnd?: (session: SessionView) => void
}

const factors: Record<string, string> = {
  password: 'the password',
  link: 'a one-time link',
  totp: 'a code of the authenticator app',
  recovery_code: 'a recovery code',
  passkey: 'a passkey',
  single_sign_on: 'single sign-on',
}

function howIn({ firstFactor, secondFactor }: SessionView): string {
  const words = [firstFactor, secondFactor].flatMap((name) => (name ? (factors[name] ?? name) : []))
  return words.join(' and ')
}

/** Where somebody is signed in. */
export function SessionList({ sessions, onEnd }: SessionListProps) {
  return (
    <ul className="card-list">
      {sessions.map((session) => {
        const name = device(session.userAgent ?? undefined)
        return (
          <li key={session.id} className="session">
            <Monitor size={18} aria-hidden="true" />
            <div className="session-text">
              <p className="row tight">
                <span className="strong">{name}</span>
                {session.current ? (
                  <Badge tone="green" icon={MonitorCheck}>
                    This one
                  </Badge>
                ) : null}
              </p>
              <p className="subtle small">
                {session.ip ? `${session.ip}, ` : ''}last used{' '}
                <RelativeTime at={session.lastSeenAt} />, signed in{' '}
                <RelativeTime at={session.createdAt} /> with {howIn(session)}
              </p>
            </div>
            {onEnd && !session.current ? (
              <Button
                size="xs"
                variant="outline"
                aria-label={`End the session of ${name}`}
                onClick={() => onEnd(session)}
              >
                End
              </Button>
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}
