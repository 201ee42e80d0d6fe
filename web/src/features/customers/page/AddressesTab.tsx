import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, MapPin, Pencil, Plus, Star, Trash2, UsersRound } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import {
  createAddress,
  createContact,
  deleteAddress,
  deleteContact,
  readCustomerOptions,
  type Address,
  type AddressInput,
  type Contact,
  type ContactInput,
} from '../../../api'
import { useBlocked } from '../../../components/permissions'
import { toastDone, toastProblem } from '../../../components/toast'
import { ActButton } from '../../../ui/ActButton'
import { Badge } from '../../../ui/Badge'
import { formatPostcode } from '../../../ui/format'
import { MenuButton, useSharedMenu } from '../../../ui/menu'
import { Facts, Section } from '../../../ui/Section'
import { SkeletonLines } from '../../../ui/Skeleton'
import { EmptyState } from '../../../ui/states'
import { refreshCustomer } from '../../../components/refresh-customer'
import { Email, Phone } from './ProfileCard'

const AddressDialog = lazy(() => import('../dialogs/AddressDialog'))
const ContactDialog = lazy(() => import('../dialogs/ContactDialog'))

type Open =
  { kind: 'address'; item: Address | undefined } | { kind: 'contact'; item: Contact | undefined }

export function AddressesTab({ customerId }: { customerId: string }) {
  const queryClient = useQueryClient()
  const blocked = useBlocked()
  const shared = useSharedMenu()
  const [open, setOpen] = useState<Open>()
  const { data: customer } = useQuery(readCustomerOptions({ path: { id: customerId } }))
  const mayNotChange = blocked('customer.update', customer?.actions.update)
  const close = () => setOpen(undefined)

  /** Removes at once, and puts the same thing back if the person asks for it. */
  const remove = async (
    what: string,
    act: () => Promise<unknown>,
    again: () => Promise<unknown>,
  ) => {
    const run = async (step: () => Promise<unknown>, done: () => void) => {
      try {
        await step()
        done()
      } catch (error) {
        toastProblem(error)
      }
      await refreshCustomer(queryClient, customerId)
    }
    await run(act, () => {
      toastDone(`${what} removed`, () => void run(again, () => toastDone(`${what} is back`)))
    })
  }

  const acts = (edit: () => void, removeItem: () => Promise<void>) => () => [
    { id: 'edit', label: 'Edit', icon: Pencil, blocked: mayNotChange, onSelect: edit },
    {
      id: 'remove',
      label: 'Remove',
      icon: Trash2,
      blocked: mayNotChange,
      destructive: true,
      onSelect: () => void removeItem(),
    },
  ]

  const removeAddress = (address: Address) =>
    remove(
      'Address',
      () => deleteAddress({ path: { id: customerId, addressId: address.id }, throwOnError: true }),
      () =>
        createAddress({
          path: { id: customerId },
          body: addressInput(address),
          throwOnError: true,
        }),
    )
  const removeContact = (contact: Contact) =>
    remove(
      'Contact',
      () => deleteContact({ path: { id: customerId, contactId: contact.id }, throwOnError: true }),
      () =>
        createContact({
          path: { id: customerId },
          body: contactInput(contact),
          throwOnError: true,
        }),
    )

  return (
    <>
      <Section
        title="Addresses"
        actions={
          <ActButton
            size="xs"
            variant="outline"
            blocked={mayNotChange}
            onClick={() => setOpen({ kind: 'address', item: undefined })}
          >
            <Plus aria-hidden="true" />
            Add address
          </ActButton>
        }
      >
        {!customer ? <SkeletonLines lines={4} /> : null}
        {customer?.addresses.length === 0 ? (
          <EmptyState icon={MapPin} title="No addresses yet">
            Add where this customer lives or is moving to, with floor, lift and access notes for the
            crew.
          </EmptyState>
        ) : null}
        <ul className="cards">
          {customer?.addresses.map((address) => (
            <li key={address.id} className="card item-card">
              <div className="row between">
                <h3>{address.label}</h3>
                <span className="row tight">
                  {address.isDefault ? (
                    <Badge tone="accent" icon={Star}>
                      Usual
                    </Badge>
                  ) : null}
                  <MenuButton
                    label={`Actions for address ${address.label}`}
                    shared={shared}
                    acts={acts(
                      () => setOpen({ kind: 'address', item: address }),
                      () => removeAddress(address),
                    )}
                  >
                    <Ellipsis size={18} aria-hidden="true" />
                  </MenuButton>
                </span>
              </div>
              <AddressFacts address={address} />
            </li>
          ))}
        </ul>
      </Section>
      <Section
        title="Contacts"
        actions={
          <ActButton
            size="xs"
            variant="outline"
            blocked={mayNotChange}
            onClick={() => setOpen({ kind: 'contact', item: undefined })}
          >
            <Plus aria-hidden="true" />
            Add contact
          </ActButton>
        }
      >
        {!customer ? <SkeletonLines lines={3} /> : null}
        {customer?.contacts.length === 0 ? (
          <EmptyState icon={UsersRound} title="No contacts yet">
            Add who else may be called: a partner, a landlord, somebody for emergencies.
          </EmptyState>
        ) : null}
        <ul className="cards">
          {customer?.contacts.map((contact) => (
            <li key={contact.id} className="card item-card">
              <div className="row between">
                <h3 dir="auto">{contact.name}</h3>
                <span className="row tight">
                  {contact.isDefault ? (
                    <Badge tone="accent" icon={Star}>
                      First to call
                    </Badge>
                  ) : null}
                  <MenuButton
                    label={`Actions for contact ${contact.name}`}
                    shared={shared}
                    acts={acts(
                      () => setOpen({ kind: 'contact', item: contact }),
                      () => removeContact(contact),
                    )}
                  >
                    <Ellipsis size={18} aria-hidden="true" />
                  </MenuButton>
                </span>
              </div>
              <Facts
                facts={[
                  ['Label', contact.label],
                  ['Phone', contact.phone ? <Phone phone={contact.phone} /> : undefined],
                  ['E-mail', contact.email ? <Email email={contact.email} /> : undefined],
                  [
                    'Notes',
                    contact.notes ? <span className="pre-line">{contact.notes}</span> : undefined,
                  ],
                ]}
              />
            </li>
          ))}
        </ul>
      </Section>
      {shared.menu}
      <Suspense fallback={null}>
        {open?.kind === 'address' ? (
          <AddressDialog customerId={customerId} address={open.item} onClose={close} />
        ) : null}
        {open?.kind === 'contact' ? (
          <ContactDialog customerId={customerId} contact={open.item} onClose={close} />
        ) : null}
      </Suspense>
    </>
  )
}

/** What of an address a person types. */
function addressInput(address: Address): AddressInput {
  const { label, line1, line2, city, postcode, floor, flat, hasLift, accessNotes, isDefault } =
    address
  return { label, line1, line2, city, postcode, floor, flat, hasLift, accessNotes, isDefault }
}

function contactInput({ label, name, phone, email, notes, isDefault }: Contact): ContactInput {
  return { label, name, phone, email, notes, isDefault }
}

function AddressFacts({ address }: { address: Address }) {
  return (
    <>
      <address>
        {address.line1}
        <br />
        {address.line2 ? (
          <>
            {address.line2}
            <br />
          </>
        ) : null}
        {address.city} {formatPostcode(address.postcode)}
      </address>
      <Facts
        facts={[
          ['Flat', address.flat],
          ['Floor', address.floor],
          ['Lift', yesNo(address.hasLift)],
          [
            'Access',
            address.accessNotes ? (
              <span className="pre-line">{address.accessNotes}</span>
            ) : undefined,
          ],
        ]}
      />
    </>
  )
}

function yesNo(value: boolean | null | undefined): string | undefined {
  if (value === undefined || value === null) return undefined
  return value ? 'Yes' : 'No'
}
