import { Button } from '@chakra-ui/react'
import { CircleAlert, Info, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { CopyButton } from './CopyButton'

/** Nothing here: what this place is for, and the next step. */
export function EmptyState(props: {
  icon: LucideIcon
  title: string
  children: ReactNode
  actions?: ReactNode
}) {
  const Icon = props.icon
  return (
    <div className="state">
      <Icon aria-hidden="true" />
      <h2>{props.title}</h2>
      <p>{props.children}</p>
      {props.actions ? <div className="row">{props.actions}</div> : null}
    </div>
  )
}

export interface Failure {
  title: string
  detail: string
  requestId?: string | undefined
}

/** Something failed: what happened, what to do, and the id that support will ask for. */
export function ErrorState({
  failure,
  onRetry,
}: {
  failure: Failure
  onRetry?: (() => void) | undefined
}) {
  return (
    <div className="state" role="alert">
      <CircleAlert aria-hidden="true" />
      <h2>{failure.title}</h2>
      <p>{failure.detail}</p>
      <RequestId id={failure.requestId} />
      {onRetry ? (
        <div className="row">
          <Button size="sm" variant="outline" onClick={onRetry}>
            Try again
          </Button>
        </div>
      ) : null}
    </div>
  )
}

export function RequestId({ id }: { id: string | undefined }) {
  if (!id) return null
  return (
    <div className="row tight">
      <span className="subtle small">Request</span>
      <span className="request-id">{id}</span>
      <CopyButton text={id} what="request id" />
    </div>
  )
}

const calloutIcons = { error: CircleAlert, warning: TriangleAlert, info: Info }

export function Callout({
  tone,
  children,
}: {
  tone: 'error' | 'warning' | 'info'
  children: ReactNode
}) {
  const Icon = calloutIcons[tone]
  return (
    <div className="callout" data-tone={tone} role={tone === 'error' ? 'alert' : undefined}>
      <Icon size={16} aria-hidden="true" />
      <div className="stack tight">{children}</div>
    </div>
  )
}
