import type { CustomerPage } from '../../../api'
import { CopyButton } from '../../../ui/CopyButton'
import { formatDate, formatPhone, formatPostcode, phoneHref } from '../../../ui/format'
import { Facts, Section } from '../../../ui/Section'
import { SkeletonLines } from '../../../ui/Skeleton'

/** Who this is and how to reach them. */
export function ProfileCard({ customer }: { customer: CustomerPage | undefined }) {
  const home = customer?.addresses.find(({ isDefault }) => isDefault) ?? customer?.addresses[0]
  return (
    <Section title="Profile">
      {customer ? (
        <Facts
          facts={[
            [
              'E-mail',
              customer.email ? (
                <Email email={customer.email} />
              ) : (
                <span className="subtle">None</span>
              ),
            ],
            ['Verified', customer.emailVerified ? 'Yes' : 'No'],
            [
              'Phone',
              customer.phone ? (
                <Phone phone={customer.phone} />
              ) : (
                <span className="subtle">None</span>
              ),
            ],
            ['Joined', formatDate(customer.createdAt)],
            [
              'Address',
              home ? (
                <span>
                  {home.line1}
                  <br />
                  {home.city} {formatPostcode(home.postcode)}
                </span>
              ) : undefined,
            ],
          ]}
        />
      ) : (
        <SkeletonLines lines={5} />
      )}
    </Section>
  )
}

/** Of what the server has hidden there is nothing to mail, dial or copy. */
const isHidden = (text: string) => text.includes('•••')

export function Email({ email }: { email: string }) {
  if (isHidden(email)) return <span>{email}</span>
  return (
    <span className="reach">
      <a href={`mailto:${email}`} className="text-link truncate" title={email}>
        {email}
      </a>
      <CopyButton text={email} what="e-mail address" />
    </span>
  )
}

export function Phone({ phone }: { phone: string }) {
  if (isHidden(phone)) return <span>{phone}</span>
  return (
    <span className="reach">
      <a href={phoneHref(phone)} className="text-link">
        {formatPhone(phone)}
      </a>
      <CopyButton text={phone} what="phone number" />
    </span>
  )
}
