import type {
  AnswerWay,
  DataRequest,
  DataRequestChannel,
  DataRequestKind,
  IdentityMethod,
  LinkWay,
  Nation,
  RefusalGround,
} from '../../api'
import { plural } from '../../ui/format'

export const kinds: Record<DataRequestKind, string> = {
  access: 'Access',
  portability: 'Portability',
  erasure: 'Erasure',
  rectification: 'Rectification',
  objection: 'Objection',
  complaint: 'Complaint',
}

/** What each kind asks for, for those who choose one. */
export const kindsExplained: Record<DataRequestKind, string> = {
  access: 'Access: a copy of their data, and what it is used for (Art. 15)',
  portability: 'Portability: their data for another company (Art. 20)',
  erasure: 'Erasure: to be forgotten (Art. 17)',
  rectification: 'Rectification: something is wrong or missing (Art. 16)',
  objection: 'Objection: not to be used for something (Art. 21)',
  complaint: 'Complaint about how we use their data (DPA 2018 s. 164A)',
}

export const channels: Record<DataRequestChannel, string> = {
  email: 'E-mail',
  letter: 'Letter',
  phone: 'Phone',
  web: 'Web form',
  in_person: 'In person',
  other: 'Another way',
}

export const nations: Record<Nation, string> = {
  england_and_wales: 'England and Wales',
  scotland: 'Scotland',
  northern_ireland: 'Northern Ireland',
}

export const methods: Record<IdentityMethod, string> = {
  known_contact: 'It came from contact details that we know',
  account: 'They were signed in to their account',
  call_back: 'We called back on a number that we know',
  document: 'We have seen a document, and kept no copy',
  other: 'Another way',
}

export const ways: Record<AnswerWay, string> = {
  email: 'By e-mail',
  letter: 'By letter',
  phone: 'By phone',
  in_person: 'Handed over',
  one_time_link: 'By a one-time link',
}

/** What somebody does and then tells; a one-time link is sent from here. */
export const waysByHand = {
  email: ways.email,
  letter: ways.letter,
  phone: ways.phone,
  in_person: ways.in_person,
}

export const linkWays: Record<LinkWay, string> = {
  mail: 'By e-mail to their address',
  hand_over: 'I hand it over: show me the link',
}

export const grounds: Record<RefusalGround, string> = {
  manifestly_unfounded: 'Manifestly unfounded',
  excessive: 'Excessive, in particular because it repeats itself',
  not_identified: 'The person could not be identified',
  legal_obligation: 'The law obliges us to keep the data',
  legal_claims: 'The data is needed for legal claims',
  overriding_grounds: 'Compelling legitimate grounds override the objection',
  rights_of_others: 'It would adversely affect the rights of others',
  not_consent_or_contract: 'The data is not processed by consent or contract',
  data_is_accurate: 'The data is accurate',
  no_infringement: 'We found no infringement',
}

/** `DR-12` */
export const numberOf = ({ number }: Pick<DataRequest, 'number'>) => `DR-${number}`

/** Who asks: the customer, or what somebody calls themselves who is not known yet. */
export const whoAsks = ({ customerName, requester }: DataRequest) =>
  customerName ?? requester ?? 'Somebody unknown'

/** `in 3 days`, `today`, `2 days overdue`. */
export function daysInWords(days: number): string {
  if (days === 0) return 'today'
  if (days === 1) return 'tomorrow'
  return days > 0 ? `in ${plural(days, 'day')}` : `${plural(-days, 'day')} overdue`
}

export const keysOf = <Key extends string>(words: Record<Key, string>) =>
  Object.keys(words) as Key[]
