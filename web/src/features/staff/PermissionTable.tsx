import { Table } from '@chakra-ui/react'
import { useQuery } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { asProblem, listRolesOptions } from '../../api'
import { SkeletonLines } from '../../ui/Skeleton'
import { ErrorState } from '../../ui/states'

/** Who may do what: the same table by which the server decides. */
export function PermissionTable() {
  const query = useQuery({ ...listRolesOptions(), staleTime: Infinity })
  if (query.isError) return <ErrorState failure={asProblem(query.error)} onRetry={() => void query.refetch()} />
  if (!query.data) return <SkeletonLines lines={10} />
  const { roles, permissions } = query.data
  return (
    <div className="card table-frame" role="region" aria-label="Permissions" tabIndex={0}>
      <Table.Root native unstyled className="data-table permission-table">
        <thead>
          <tr>
            <th scope="col">May</th>
            {roles.map(({ role, label }) => (
              <th key={role} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {permissions.map(({ permission, label }) => (
            <tr key={permission}>
              <th scope="row">{label}</th>
              {roles.map((role) => (
                <td key={role.role}>
                  {role.permissions.includes(permission) ? (
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
