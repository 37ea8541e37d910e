import { nameText } from '../../sql/effects/effects';
import type { ActBody } from './act';

/** A short name of what a statement does, for a person who looks for it in the script. */
export function nameCommand(act: ActBody): string {
  switch (act.does) {
    case 'drop': {
      const [first, ...more] = act.objects;
      if (!first) return 'DROP';
      const others = more.length > 0 ? ', …' : '';
      if (first.space === 'constraint' && first.on)
        return `ALTER TABLE ${nameText(first.on)} DROP CONSTRAINT ${first.name.name}${cascade(act)}`;
      const on = first.on ? ` ON ${nameText(first.on)}` : '';
      return `DROP ${first.label.toUpperCase()} ${nameText(first.name)}${on}${others}${cascade(act)}`;
    }
    case 'drop column':
      return `ALTER TABLE ${nameText(act.relation)} DROP COLUMN ${act.column}${cascade(act)}`;
    case 'drop attribute':
      return `ALTER TYPE ${nameText(act.relation)} DROP ATTRIBUTE ${act.column}`;
    case 'truncate':
      return `TRUNCATE ${act.relations.map(nameText).join(', ')}${cascade(act)}`;
    case 'change rows':
      return `${act.command} of ${nameText(act.relation)}`;
    default:
      return act.does;
  }
}

function cascade({ cascade }: { readonly cascade: boolean }): string {
  return cascade ? ' CASCADE' : '';
}
