import { CopyButton } from '../ui/CopyButton'

/** Recovery codes, shown this once. */
export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  return (
    <div className="stack">
      <p>
        Keep these recovery codes where you do not keep your phone. Each lets you in once when the
        authenticator app is not at hand. They cannot be shown again.
      </p>
      <div className="one-time-link">
        <ul className="recovery-codes" aria-label="Recovery codes">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <CopyButton text={codes.join('\n')} what="recovery codes" />
      </div>
    </div>
  )
}
