import { Table } from '@chakra-ui/react'
import { useQuery } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { asProblem, listRolesOptions } from '../../api'
import { sentence } from '../../ui/format'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState } from '../../ui/states'

/** Who may do what: the same table by which the server decides. */
export function PermissionTable() {
  const query = useQuery({ ...listRolesOptions(), staleTime: Infinity })
  if (query.isError)
    return <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
  if (!query.data) return <SkeletonLines lines={10} />
  const { roles, permissions } = query.data
  return (
    <div className="card table-frame" role="region" aria-label="Permissions" tabIndex={0}>
      <Table.Root native unstyled className="data-table permission-table">
        <thead>
          <tr>
            <th scope="col">May</th>
            {roles.map(({ name, title, description }) => (
              <th key={name} scope="col" title={description}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {permissions.map((permission) => (
            <tr key={permission.name}>
              <th scope="row">{sentence(permission.act)}</th>
              {roles.map(({ name }) => (
                <td key={name}>
                  {permission.roles.includes(name) ? (
                    <>
                      <Check size={16} aria-hidden="true" />
                      <span className="visually-hidden">yes</span>
                    </>
                  ) : (
                    <span className="visually-hidden">no</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table.Root>
    </div>
  )
}
