/** The version that a change was made from, as `If-Match` has it (RFC 9110 13.1.1). */
export function ifMatch(version: number): string {
  return `"${version}"`
}
