import { useId, type ReactNode } from 'react'

/** A card with a heading, and acts at its right. */
export function Section(props: {
  title: ReactNode
  actions?: ReactNode
  flush?: boolean
  children: ReactNode
}) {
  const id = useId()
  return (
    <section className="card section" aria-labelledby={id}>
      <div className="section-head">
        <h2 className="section-title" id={id}>
          {props.title}
        </h2>
        {props.actions ? <div className="row tight">{props.actions}</div> : null}
      </div>
      <div className={props.flush ? undefined : 'section-body'}>{props.children}</div>
    </section>
  )
}

/** Names and values, one pair a line. Pairs without a value are left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
