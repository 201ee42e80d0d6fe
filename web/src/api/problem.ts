/** What the server answers instead of what was asked, as RFC 9457 describes it, or that no answer came. */
export class Problem extends Error {
  /** In plain words; the server's own title is the bare name of the status. */
  readonly title: string
  readonly status: number
  readonly code: string
  readonly field: string | undefined
  readonly requestId: string | undefined
  /** Seconds until another attempt makes sense. */
  readonly retryAfter: number | undefined
  /** The whole answer: some codes carry more than the common fields. */
  readonly body: Readonly<Record<string, unknown>>

  constructor(status: number, body: Record<string, unknown>, headers?: Headers) {
    super(text(body.detail) ?? detailOf(status))
    this.name = 'Problem'
    this.title = titleOf(status)
    this.status = status
    this.code = text(body.code) ?? (status === 0 ? 'no_answer' : 'unknown')
    this.field = text(body.field)
    this.requestId = text(body.requestId) ?? headers?.get('x-request-id') ?? undefined
    const wait = Number(headers?.get('retry-after') ?? Number.NaN)
    this.retryAfter = Number.isFinite(wait) ? wait : undefined
    this.body = body
  }

  get detail(): string {
    return this.message
  }
}

/** Any thrown thing as a problem. What is no answer of the server is status 0. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem(
    0,
    error instanceof TypeError || !(error instanceof Error) ? {} : { detail: error.message },
  )
}

/** What a failed answer says, whatever its body looks like. */
export function problemFromAnswer(body: unknown, answer: Response | undefined): unknown {
  if (!answer) return body instanceof DOMException ? body : asProblem(body)
  return new Problem(answer.status, isRecord(body) ? body : {}, answer.headers)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function titleOf(status: number): string {
  if (status === 0) return 'No connection to the server'
  if (status === 404) return 'Not found'
  if (status === 403) return 'Not allowed'
  if (status === 409) return 'Not possible now'
  if (status === 412) return 'Somebody else changed this'
  if (status === 429) return 'Too many attempts'
  if (status >= 500) return 'The server could not answer'
  return 'That did not work'
}

function detailOf(status: number): string {
  if (status === 0) return 'Nothing was saved. Check the connection and try again.'
  if (status >= 500)
    return 'Nothing was saved. Try again in a moment; if it stays, pass on the request id.'
  return 'Nothing was saved.'
}
