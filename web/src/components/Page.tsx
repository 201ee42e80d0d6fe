import { useEffect, type ReactNode } from 'react'

interface PageProps {
  /** What the browser's tab says. */
  title: string
  heading?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** A page: its title in the tab, its heading, and the acts at the right of it. */
export function Page({ title, heading, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Customers Hub`
  }, [title])
  return (
    <div className="page">
      {heading === undefined ? null : (
        <header className="page-head">
          <h1 className="page-title">{heading}</h1>
          {actions ? <div className="row">{actions}</div> : null}
        </header>
      )}
      {children}
    </div>
  )
}
