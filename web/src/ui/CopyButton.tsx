import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'

/** Puts a text on the clipboard and says so for a moment. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false)

  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])

  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }

  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={`Copy ${what}`}
        onClick={() => {
          copy().catch(() => setCopied(false))
        }}
      >
        {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
      </button>
      <span role="status" className="visually-hidden">
        {copied ? `Copied ${what}` : ''}
      </span>
    </>
  )
}
