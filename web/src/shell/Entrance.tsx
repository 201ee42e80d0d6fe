import { useEffect, type ReactNode } from 'react'
import { BrandMark } from './Brand'

/** The frame of the pages before sign-in. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Customers Hub`
  }, [title])
  return (
    <main className="entrance">
      <div className="card entrance-card">
        <div className="brand">
          <BrandMark />
          <span>Customers Hub</span>
        </div>
        <h1 className="page-title">{title}</h1>
        {children}
      </div>
    </main>
  )
}
