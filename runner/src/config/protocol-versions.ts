import type { ConnectionParts } from './connection-parts';

export type ProtocolVersion = 'TLSv1.2' | 'TLSv1.3';

/** In ascending order. */
const VERSIONS: readonly ProtocolVersion[] = ['TLSv1.2', 'TLSv1.3'];

/** A version that can be honoured, whatever its case, as in libpq. */
export function protocolVersion(text: string | undefined): ProtocolVersion | undefined {
  return VERSIONS.find((version) => version.toLowerCase() === text?.toLowerCase());
}

/** What is wrong with how the handshake is to be done. */
export function protocolProblems({
  PGSSLMINPROTOCOLVERSION: min,
  PGSSLMAXPROTOCOLVERSION: max,
  PGSSLNEGOTIATION: negotiation,
  PGSSLSNI: sni,
}: ConnectionParts): string[] {
  const choices: [name: string, value: string | undefined, known: readonly string[]][] = [
    ['PGSSLNEGOTIATION', negotiation, ['postgres', 'direct']],
    ['PGSSLSNI', sni, ['0', '1']],
  ];
  const problems = choices.flatMap(([name, value, known]) =>
    value === undefined || known.includes(value)
      ? []
      : [`${name} is ${JSON.stringify(value)}; give one of ${known.join(', ')}`],
  );
  for (const [name, value] of [
    ['PGSSLMINPROTOCOLVERSION', min],
    ['PGSSLMAXPROTOCOLVERSION', max],
  ] as const) {
    if (value !== undefined && !protocolVersion(value)) {
      const old = /^TLSv1(?:\.1)?$/i.test(value) ? 'it is too old to be safe, so ' : '';
      problems.push(`${name} is ${JSON.stringify(value)}; ${old}give one of ${VERSIONS.join(', ')}`);
    }
  }
  if (protocolVersion(min) === 'TLSv1.3' && protocolVersion(max) === 'TLSv1.2') {
    problems.push('PGSSLMINPROTOCOLVERSION is above PGSSLMAXPROTOCOLVERSION; lower it, or raise the other');
  }
  return problems;
}
