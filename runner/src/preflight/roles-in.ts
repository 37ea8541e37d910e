import type { Node } from 'libpg-query';

/** Roles that must exist for a GRANT, a REVOKE, a policy or a new owner; PUBLIC, CURRENT_USER and the like are none. */
export function rolesIn(node: Node): string[] {
  if ('GrantStmt' in node) return namesOf(node.GrantStmt.grantees);
  if ('CreatePolicyStmt' in node) return namesOf(node.CreatePolicyStmt.roles);
  if ('AlterPolicyStmt' in node) return namesOf(node.AlterPolicyStmt.roles);
  if ('AlterOwnerStmt' in node) return nameOf(node.AlterOwnerStmt.newowner);
  if ('AlterTableStmt' in node) {
    return (node.AlterTableStmt.cmds ?? []).flatMap((command) =>
      'AlterTableCmd' in command && command.AlterTableCmd.subtype === 'AT_ChangeOwner'
        ? nameOf(command.AlterTableCmd.newowner)
        : [],
    );
  }
  if (!('AlterDefaultPrivilegesStmt' in node)) return [];
  const { action, options = [] } = node.AlterDefaultPrivilegesStmt;
  const owners = options.flatMap((option) =>
    'DefElem' in option && option.DefElem.defname === 'roles' && option.DefElem.arg
      ? 'List' in option.DefElem.arg
        ? namesOf(option.DefElem.arg.List.items)
        : []
      : [],
  );
  return [...owners, ...namesOf(action?.grantees)];
}

function namesOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => ('RoleSpec' in node ? nameOf(node.RoleSpec) : []));
}

function nameOf(role: { roletype?: string; rolename?: string } | undefined): string[] {
  return role?.roletype === 'ROLESPEC_CSTRING' && role.rolename !== undefined ? [role.rolename] : [];
}
