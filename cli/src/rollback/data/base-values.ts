import type { Hints } from './mine-constraints';
import { sampleLike, samplePattern } from './sample-pattern';

/** Values of PostgreSQL's own types and of those of well-known extensions, as text; the first ones are distinct per `n`. */
export function baseValues(name: string, typmod: number, n: number, hints: Hints): string[] {
  const make = MAKERS[name];
  if (make) return make(n, typmod, hints);
  return [...GUESSES, ...texts(n, -1, hints)];
}

type Make = (n: number, typmod: number, hints: Hints) => string[];

/** For a type that nobody knows: what many types accept. */
const GUESSES = [
  '{}',
  '',
  '0',
  '[1]',
  'a',
  '1',
  'true',
  '(1,1)',
  'POINT(1 1)',
  '2024-01-01',
  '{"a":1}',
  'a=>1',
  '1/1',
];

const texts: Make = (n, limit, hints) => {
  const word = (length: number) => `${'x'.repeat(length)}${n}`.slice(-length || undefined).slice(0, length);
  const found = [
    ...[...hints.patterns].flatMap((pattern) =>
      [n, n + 1, n + 2, n + 3].map((v) => samplePattern(pattern, v)),
    ),
    ...[...hints.likes].flatMap((pattern) => [sampleLike(pattern, n), sampleLike(pattern, n + 1)]),
    ...[...hints.lengths].map(word),
    `text-${n}`,
    `text${n}`,
    `${n}`,
    `person${n}@example.com`,
    `https://example.com/${n}`,
    hex(n, 64),
    uuid(n),
    day(n),
    letters(n),
    'a',
    '',
    '{}',
    'AB',
    '00:00',
  ];
  return limit < 0 ? found : found.map((text) => (text.length > limit ? word(limit) : text));
};

const limited: Make = (n, typmod, hints) => texts(n, typmod < 0 ? -1 : typmod - 4, hints);

const characters: Make = (n, typmod, hints) => {
  const length = Math.max(typmod - 4, 1);
  return texts(n, length, hints).map((text) => text.padEnd(length, 'x'));
};

const integers: Make = (n) => [n, n + 10, 0, 1, 2, 10, 100, 1000, -n].map(String);

/** Within precision and scale, where the type has them. */
const numerics: Make = (n, typmod) => {
  if (typmod < 4) return [`${n}.5`, ...integers(n, -1, NONE)];
  const precision = ((typmod - 4) >> 16) & 0xffff;
  const scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
  const whole = precision - scale;
  const step = scale > 0 ? `0.${String(n).padStart(scale, '0').slice(-scale)}` : `${n}`;
  const small = [step, '0', ...(whole > 0 ? ['1', `${n % 10}`, `-${n % 10}`] : [])];
  return [
    ...(whole > 1 ? [`${n}`, `${n}${step.slice(1)}`] : []),
    ...small,
    ...(whole > 2 ? ['10', '100'] : []),
  ];
};

const NONE: Hints = {
  constants: new Set(),
  patterns: new Set(),
  likes: new Set(),
  lengths: new Set(),
  keys: new Set(),
};

const pad = (n: number, length = 2) => String(n).padStart(length, '0');
const hex = (n: number, length: number) => n.toString(16).padStart(length, '0');
const uuid = (n: number) => `${hex(n, 8)}-0000-4000-8000-${hex(n, 12)}`;
/** Three letters, which no pattern against digits or signs refuses. */
const letters = (n: number) =>
  [n / 676, n / 26, n].map((part) => String.fromCharCode(97 + (Math.floor(part) % 26))).join('');
const day = (n: number) => new Date(Date.UTC(2024, 0, n)).toISOString().slice(0, 10);

const dates: Make = (n) => [day(n), day(n + 40), day(n + 400), '2099-12-31', '1990-06-15', '2024-01-01'];
/** Seconds, minutes, hours, days and months apart: conditions say how long after one moment another may be. */
const moments: Make = (n) => [
  `${day(n)} 10:00:00+00`,
  `${day(n + 1)} 10:00:00+00`,
  `${day(n)} 10:01:00+00`,
  `${day(n)} 10:05:00+00`,
  `${day(n)} 11:00:00+00`,
  `${day(n + 40)} 10:00:00+00`,
  `${day(n + 400)} 10:00:00+00`,
  '2099-12-31 12:00:00+00',
  '1990-06-15 12:00:00+00',
  '2024-01-01 00:00:00+00',
];
const times: Make = (n) => [8, 9, 17, 0].map((hour) => `${pad(hour)}:${pad(n % 60)}:00`);

const documents: Make = (n, _typmod, { keys, constants, lengths }) => {
  const names = [...keys];
  const objects = ['text', 1, true, null].map((value) =>
    JSON.stringify(Object.fromEntries(names.map((key) => [key, value]))),
  );
  const lists = [...lengths, ...(names.length > 0 ? [1] : [])]
    .filter((length) => length > 0 && length <= 100)
    .flatMap((length) => [
      `[${Array(length).fill(objects[2]).join(',')}]`,
      `[${Array(length).fill(n).join(',')}]`,
    ]);
  const others = [...constants].filter((value) => !keys.has(value));
  const known = others.map((value) => JSON.stringify(Object.fromEntries(names.map((key) => [key, value]))));
  const plain = [`{"n": ${n}}`, '{}', '[]', `["${n}"]`, `"text-${n}"`, `${n}`, 'true', 'null'];
  return names.length > 0 ? [...objects, ...known, ...lists, ...plain] : [...lists, ...plain];
};

const bytes: Make = (n, _typmod, { lengths }) => [
  `\\x${hex(n, 8)}`,
  ...[...lengths].filter((length) => length > 0).map((length) => `\\x${hex(n, 2 * length)}`),
  `\\x${hex(n, 64)}`,
  `\\x${hex(n, 24)}`,
  `\\x${hex(n, 32)}`,
  '\\x',
];

/** A vector of as many numbers as its type says. */
const vectors: Make = (n, typmod) => [
  `[${Array.from({ length: typmod > 0 ? typmod : 3 }, (_, index) => ((index + n) % 7) + 1).join(',')}]`,
];

/** The first value that is made of such a type is valid. */
export function isWellKnown(name: string): boolean {
  return name in MAKERS;
}

const MAKERS: Record<string, Make> = {
  text: (n, _typmod, hints) => texts(n, -1, hints),
  citext: (n, _typmod, hints) => texts(n, -1, hints),
  varchar: limited,
  bpchar: characters,
  name: (n, _typmod, hints) => texts(n, 63, hints),
  char: (n) => [String.fromCharCode(97 + (n % 26)), 'A', '0'],
  int2: integers,
  int4: integers,
  int8: integers,
  oid: (n) => [`${n}`, '0'],
  float4: (n) => [`${n}.5`, ...integers(n, -1, NONE), '0.5'],
  float8: (n) => [`${n}.25`, ...integers(n, -1, NONE), '0.5'],
  numeric: numerics,
  money: (n) => [`${n}`, '0', '1', '100'],
  bool: (n) => (n % 2 === 1 ? ['true', 'false'] : ['false', 'true']),
  date: dates,
  timestamp: moments,
  timestamptz: moments,
  time: times,
  timetz: (n) => times(n, -1, NONE).map((time) => `${time}+00`),
  interval: (n) => [`${n} days`, `${n} hours`, '0', '1 mon', '1 year'],
  uuid: (n) => [uuid(n), uuid(n + 1000)],
  json: documents,
  jsonb: documents,
  jsonpath: (n) => [`$.a${n}`],
  xml: (n) => [`<row n="${n}"/>`],
  bytea: bytes,
  bit: (n, typmod) => [n.toString(2).padStart(Math.max(typmod, 1), '0').slice(-Math.max(typmod, 1))],
  varbit: (n, typmod) => [n.toString(2).slice(typmod > 0 ? -typmod : 0), '1', ''],
  inet: (n) => [`10.0.${n >> 8}.${n & 255}`, `10.0.${n & 255}.0/24`, '::1'],
  cidr: (n) => [`10.${n >> 8}.${n & 255}.0/24`, '10.0.0.0/8'],
  macaddr: (n) => [`08:00:2b:00:${hex((n >> 8) & 255, 2)}:${hex(n & 255, 2)}`],
  macaddr8: (n) => [`08:00:2b:00:00:00:${hex((n >> 8) & 255, 2)}:${hex(n & 255, 2)}`],
  tsvector: (n) => [`'word${n}':1`, ''],
  tsquery: (n) => [`'word${n}'`],
  point: (n) => [`(${n},${n})`, '(0,0)'],
  line: (n) => [`{1,-1,${n}}`],
  lseg: (n) => [`[(0,0),(${n},1)]`],
  box: (n) => [`(${n + 1},${n + 1}),(${n},${n})`],
  path: (n) => [`[(0,0),(${n},1)]`],
  polygon: (n) => [`((0,0),(${n},0),(0,1))`],
  circle: (n) => [`<(0,0),${n}>`],
  pg_lsn: (n) => [`0/${n.toString(16).toUpperCase()}`],
  regclass: () => ['pg_catalog.pg_class'],
  regtype: () => ['pg_catalog.int4'],
  regproc: () => ['pg_catalog.now'],
  ltree: (n) => [`top.part${n}`],
  hstore: (n) => [`"a"=>"${n}"`, ''],
  cube: (n) => [`(${n})`],
  vector: vectors,
  halfvec: vectors,
  sparsevec: (n, typmod) => [`{1:${n}}/${typmod > 0 ? typmod : 3}`],
  geometry: (n) => [
    `SRID=4326;POINT(${n} ${n})`,
    `POINT(${n} ${n})`,
    `SRID=4326;POLYGON((0 0,${n} 0,0 ${n},0 0))`,
    `SRID=4326;LINESTRING(0 0,${n} ${n})`,
  ],
  geography: (n) => [`SRID=4326;POINT(${n} ${n})`, `SRID=4326;POLYGON((0 0,${n} 0,0 ${n},0 0))`],
};
