export * from './generated'
export * from './generated/@tanstack/react-query.gen'
export { asProblem, isRecord, Problem } from './problem'
export { announceSessionEnd, onSessionEnd, type SessionEnd } from './session-end'
