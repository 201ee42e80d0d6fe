/** A grey bar where text will stand; `width` in characters. */
export function Skeleton({ width = 12 }: { width?: number }) {
  return <span className="skeleton" style={{ width: `${width}ch` }} aria-hidden="true" />
}

/** Table rows with the height and columns of the real ones. */
export function SkeletonRows({ rows, columns }: { rows: number; columns: number }) {
  return Array.from({ length: rows }, (_, row) => (
    <tr key={row} aria-hidden="true">
      {Array.from({ length: columns }, (_, column) => (
        <td key={column}>
          <Skeleton width={6 + ((row * 5 + column * 3) % 9)} />
        </td>
      ))}
    </tr>
  ))
}

/** Lines of a card or a list while it loads. */
export function SkeletonLines({ lines }: { lines: number }) {
  return (
    <div className="stack tight" aria-hidden="true">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} width={18 + ((line * 7) % 20)} />
      ))}
    </div>
  )
}
