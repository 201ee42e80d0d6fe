declare global {
  /** The answer to who is signed in, asked for by index.html. */
  var hubMe: Promise<Response> | undefined
}

/** As `ask`; the first time that somebody asks who is signed in, the answer that index.html has asked for. */
export const withEarlyAnswer =
  (ask: typeof fetch): typeof fetch =>
  async (input, init) => {
    const early = globalThis.hubMe
    if (early && isAboutMe(input)) {
      globalThis.hubMe = undefined
      // Where it did not come, it is asked for again, and who asks hears of what happens then.
      const answer = await early.catch(() => undefined)
      if (answer) return answer
    }
    return ask(input, init)
  }

function isAboutMe(input: RequestInfo | URL): boolean {
  return (
    input instanceof Request &&
    input.method === 'GET' &&
    new URL(input.url).pathname === '/api/auth/me'
  )
}
