import { isRecord } from './problem'

type Prover = () => Promise<boolean>

let prover: Prover | undefined
let asking: Promise<boolean> | undefined

/** Who asks the person to show again who they are. Stands once, in the frame of the application. */
export function onStepUp(ask: Prover): void {
  prover = ask
}

/**
 * As `fetch`. Where the server wants the person to show first who they are, they are asked, and the same call is made
 * again, its Idempotency-Key included; who declines gets the refusal.
 */
export const fetchWithStepUp: typeof fetch = async (input, init) => {
  const request = new Request(input, init)
  const again = request.clone()
  const answer = await fetch(request)
  if (!prover || !(await wantsProof(answer))) return answer
  // Calls that are refused together are asked about together.
  asking ??= prover().finally(() => {
    asking = undefined
  })
  return (await asking) ? fetch(again) : answer
}

async function wantsProof(answer: Response): Promise<boolean> {
  if (answer.status !== 403) return false
  try {
    const problem: unknown = await answer.clone().json()
    return isRecord(problem) && problem.code === 'step_up_required'
  } catch {
    return false
  }
}
