import { compareDumps } from './compare-dumps';

const TABLE = ['CREATE TABLE public.t (', '    a integer NOT NULL,', '    b text', ');'];
const INDEX = ['CREATE INDEX t_a ON public.t USING btree (a);'];

test('two dumps are the same in whatever order their objects were made', () => {
  expect(compareDumps([...TABLE, ...INDEX], [...INDEX, ...TABLE])).toEqual({ kind: 'exact' });
});

test('columns in another order are told apart from other columns', () => {
  const reordered = ['CREATE TABLE public.t (', '    b text,', '    a integer NOT NULL', ');'];
  expect(compareDumps(TABLE, reordered)).toEqual({ kind: 'order' });
  const nullable = ['CREATE TABLE public.t (', '    b text,', '    a integer', ');'];
  expect(compareDumps(TABLE, nullable).kind).toBe('differs');
});

test('what is missing and what is too much is told', () => {
  expect(compareDumps([...TABLE, ...INDEX], TABLE)).toEqual({
    kind: 'differs',
    lines: ['- CREATE INDEX t_a ON public.t USING btree (a)'],
  });
});
