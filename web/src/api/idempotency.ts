/** A word for `Idempotency-Key`: 128 random bits. (`randomUUID` is missing where a page is served over plain http.) */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
