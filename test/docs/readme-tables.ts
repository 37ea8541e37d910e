import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ENV, type EnvVariable, EXIT, type ExitCodeRow } from '../../core/contract';

export const ROOT = join(import.meta.dirname ?? __dirname, '..', '..');

/** The tables of the README that are made from the code, by the name in their markers. */
export function renderTables(settings: Readonly<Record<string, Setting>>): Record<string, string> {
  return {
    'exit-codes': exitCodes(),
    environment: environment(),
    settings: table(
      ['Variable', 'Default', 'Meaning'],
      Object.entries(settings).map(([name, { meaning, default: value }]) => [
        code(name),
        value && code(value),
        meaning,
      ]),
    ),
    ...Object.fromEntries(PROPS.map(([first, ...others]) => [first[1], props([first, ...others])])),
  };
}

export interface Setting {
  readonly meaning: string;
  readonly default: string;
}

/** Puts each table between its markers. @throws Error for a marker without a table, and a table without markers. */
export function fillTables(page: string, tables: Readonly<Record<string, string>>): string {
  const open = new Set(Object.keys(tables));
  const filled = page.replace(
    /(<!-- table: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_all, start, name, end) => {
      const content = tables[name];
      if (content === undefined) throw new Error(`the page asks for the table ${name}, which nothing makes`);
      open.delete(name);
      return `${start}${content}\n${end}`;
    },
  );
  if (open.size > 0) throw new Error(`the page has no markers for ${[...open].join(', ')}`);
  return filled;
}

type Interface = readonly [file: string, name: string];

/** Interfaces whose props the README lists; a table is named after the first and has the others too. */
const PROPS: readonly (readonly [Interface, ...Interface[]])[] = [
  [
    ['lib/database-objects-props.ts', 'DatabaseObjectsProps'],
    ['lib/network/egress-options.ts', 'EgressOptions'],
  ],
  [['lib/gate-job-props.ts', 'GateJobProps']],
  [['lib/gate-job-props.ts', 'RunnerSettings']],
  [['lib/migration-job.ts', 'MigrationJobProps']],
  [['lib/rollback-job.ts', 'RollbackOptions']],
];

const IN_A_JOB: Record<ExitCodeRow['job'], string> = {
  complete: 'completes',
  fail: 'fails at once',
  retry: 'retries within `backoffLimit`',
  none: '–',
};

function exitCodes(): string {
  return table(
    ['Code', 'Meaning', 'The Job then'],
    Object.values(EXIT).map(({ code: number, meaning, job }) => [String(number), meaning, IN_A_JOB[job]]),
  );
}

function environment(): string {
  const rows = Object.entries(ENV as Record<string, EnvVariable>).filter(([, { internal }]) => !internal);
  return table(
    ['Variable', 'Default', 'Meaning'],
    rows.map(([name, variable]) => [
      code(name) + (variable.file ? ` or ${code(`${name}_FILE`)}` : ''),
      variable.default ? code(variable.default) : '',
      variable.meaning,
    ]),
  );
}

function props(interfaces: readonly Interface[]): string {
  return table(['Prop', 'Type', 'Default', 'Meaning'], interfaces.flatMap(propRows));
}

/** Reads an interface's members with their docstrings; what a reader of the code sees is what stands here. */
function propRows([file, name]: Interface): string[][] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(ROOT, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (!found) throw new Error(`${file} has no interface ${name}`);
  return found.members.filter(ts.isPropertySignature).map((member) => {
    const [doc] = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
    const [tag] = ts.getJSDocTags(member).filter((each) => each.tagName.text === 'default');
    const value = oneLine(ts.getTextOfJSDocComment(tag?.comment));
    return [
      code(member.name.getText()),
      code(member.type?.getText() ?? ''),
      member.questionToken ? defaultValue(value) : '**required**',
      oneLine(ts.getTextOfJSDocComment(doc?.comment)),
    ];
  });
}

/** `@default` holds a literal, a sentence after a dash, or both. */
function defaultValue(text: string): string {
  const [literal = '', ...sentence] = text.split(/(?:^|\s)- /);
  return [literal && code(literal), sentence.join(' - ')].filter(Boolean).join(': ');
}

function oneLine(text: string | undefined): string {
  return (text ?? '').replace(/\s*\n\s*/g, ' ').trim();
}

export function code(text: string): string {
  return `\`${text}\``;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
