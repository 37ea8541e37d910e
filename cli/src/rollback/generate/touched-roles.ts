import type { ForwardStatement, Node } from './forward-statements';

type RoleSpec = Extract<Node, { RoleSpec: unknown }>['RoleSpec'];

/** The roles that a migration makes, changes or drops. They belong to the whole server, so that no script undoes it. */
export function touchedRoles(statements: readonly ForwardStatement[]): string[] {
  const names = statements.flatMap(({ node }) => (node ? rolesOf(node) : []));
  return [...new Set(names)].sort();
}

function rolesOf(node: Node): string[] {
  if ('CreateRoleStmt' in node) return [node.CreateRoleStmt.role ?? ''];
  if ('AlterRoleStmt' in node) return named(node.AlterRoleStmt.role);
  if ('AlterRoleSetStmt' in node) return named(node.AlterRoleSetStmt.role);
  if ('DropRoleStmt' in node) return namedIn(node.DropRoleStmt.roles);
  if ('GrantRoleStmt' in node) return namedIn(node.GrantRoleStmt.grantee_roles);
  if ('RenameStmt' in node && node.RenameStmt.renameType === 'OBJECT_ROLE')
    return [node.RenameStmt.newname ?? ''];
  return [];
}

function namedIn(roles: readonly Node[] | undefined): string[] {
  return (roles ?? []).flatMap((role) => ('RoleSpec' in role ? named(role.RoleSpec) : []));
}

function named(role: RoleSpec | undefined): string[] {
  return role?.rolename === undefined ? [] : [role.rolename];
}
