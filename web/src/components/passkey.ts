import { addPasskey, askPasskey, beginPasskey, type PasskeyAdded, type PasskeyAnswer } from '../api'

/** Whether this browser knows passkeys at all; over plain http they work on this very machine only. */
export const passkeysWork = () => typeof PublicKeyCredential !== 'undefined'

/** Has the browser make a passkey, and hands it to the server. */
export async function makePasskey(name: string): Promise<PasskeyAdded> {
  const { data } = await beginPasskey({ throwOnError: true })
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: fromText(data.challenge),
      rp: { id: data.rpId, name: 'Customers Hub' },
      user: { id: fromText(data.userId), name: data.userName, displayName: data.displayName },
      pubKeyCredParams: data.algorithms.map((alg) => ({ type: 'public-key', alg })),
      excludeCredentials: data.exclude.map((id) => ({ type: 'public-key', id: fromText(id) })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
    },
  })
  const response = responseOf(made)
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new Error(REFUSED)
  const answer = await addPasskey({
    body: {
      name,
      clientData: toText(response.clientDataJSON),
      attestation: toText(response.attestationObject),
    },
    throwOnError: true,
  })
  return answer.data
}

/** Has a passkey sign the server's question. */
export async function signWithPasskey(): Promise<PasskeyAnswer> {
  const { data } = await askPasskey({ throwOnError: true })
  const used = await navigator.credentials.get({
    publicKey: {
      challenge: fromText(data.challenge),
      rpId: data.rpId,
      userVerification: 'required',
    },
  })
  const response = responseOf(used)
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new Error(REFUSED)
  return {
    credentialId: used?.id ?? '',
    clientData: toText(response.clientDataJSON),
    authenticatorData: toText(response.authenticatorData),
    signature: toText(response.signature),
  }
}

const REFUSED = 'The browser gave no passkey. Nothing was changed; try again.'

function responseOf(credential: Credential | null): AuthenticatorResponse | undefined {
  return credential instanceof PublicKeyCredential ? credential.response : undefined
}

/** What to say of a passkey that did not come: the browser's own words are not for people. */
export function passkeyTrouble(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error
  if (error.name === 'InvalidStateError')
    return new Error('This device has a passkey of yours already.')
  return new Error(REFUSED)
}

function fromText(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

function toText(bytes: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(bytes))
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
