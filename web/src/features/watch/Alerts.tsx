import { CircleCheck, CircleDashed, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { Alert, SystemState } from '../../api'
import { Badge } from '../../ui/Badge'
import { formatDateTime, plural } from '../../ui/format'
import { RelativeTime } from '../../ui/RelativeTime'
import { Section } from '../../ui/Section'
import { Callout } from '../../ui/states'

/** What is wrong now, what was lately, and who hears of it. */
export function Alerts({ system }: { system: SystemState }) {
  const { alerts, pastAlerts, told } = system
  return (
    <Section title="Alerts" flush>
      <div className="section-body stack tight">
        {alerts.length === 0 ? (
          <div className="row tight">
            <Badge tone="green" icon={CircleCheck}>
              All is well
            </Badge>
            <span className="muted">Looked at every minute.</span>
          </div>
        ) : null}
        {told.emails === 0 && !told.webhook ? (
          <Callout tone="info">
            <p>
              Alerts are shown here and in the log only: nobody is told of them. An administrator
              can set <code>alert_emails</code> and <code>alert_webhook_url</code>.
            </p>
          </Callout>
        ) : (
          <p className="muted">
            Told of alerts: {listed(told.emails, told.webhook)}, once, and once when it is over.
            {told.webhook ? '' : ' What is wrong with mail is not told by mail.'}
          </p>
        )}
      </div>
      {alerts.length > 0 ? (
        <ul className="card-list" aria-label="Alerts">
          {alerts.map((alert) => (
            <li key={alert.id}>
              <OneAlert alert={alert} />
            </li>
          ))}
        </ul>
      ) : null}
      {pastAlerts.length > 0 ? (
        <details className="section-body">
          <summary>Over lately ({pastAlerts.length})</summary>
          <ul className="stack tight">
            {pastAlerts.map((alert) => (
              <li key={alert.id}>
                {alert.title}: {formatDateTime(alert.firedAt ?? alert.since)} to{' '}
                {formatDateTime(alert.resolvedAt ?? alert.since)}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </Section>
  )
}

function listed(emails: number, webhook: boolean): string {
  const parts = [
    emails > 0 ? plural(emails, 'address', 'addresses') : undefined,
    webhook ? 'a webhook' : undefined,
  ]
  return parts.filter(Boolean).join(' and ')
}

function OneAlert({ alert }: { alert: Alert }) {
  return (
    <>
      <div className="row between">
        <strong>{alert.title}</strong>
        <Standing alert={alert} />
      </div>
      <p>{alert.meaning}</p>
      <p className="muted small">
        Since <RelativeTime at={alert.since} />. What to do: <code>{alert.runbook}</code>
      </p>
    </>
  )
}

function Standing({ alert: { state, severity } }: { alert: Alert }) {
  if (state === 'pending') {
    return (
      <Badge tone="gray" icon={CircleDashed}>
        Begins
      </Badge>
    )
  }
  return severity === 'critical' ? (
    <Badge tone="red" icon={OctagonAlert} loud>
      Critical
    </Badge>
  ) : (
    <Badge tone="amber" icon={TriangleAlert}>
      Warning
    </Badge>
  )
}
