import fc from 'fast-check';
import { findLateMerged } from '../../runner/src/rollback/late-merged';
import type { RollbackMember } from '../../runner/src/rollback/member';
import { isAfter } from '../../runner/src/rollback/member';

const MEMBER = fc.record({
  time: fc.integer({ min: 0, max: 6 }),
  isFiled: fc.boolean(),
  isUndone: fc.boolean(),
});

test('late is what comes in the journal before something that is undone and was applied earlier', () => {
  fc.assert(
    fc.property(fc.array(MEMBER, { maxLength: 12 }), fc.constantFrom('0.x', '1.x'), (drawn, layout) => {
      const filed = drawn.filter(({ isFiled }) => isFiled).sort((a, b) => a.time - b.time);
      const known = drawn.map((each, id) => ({
        ...{ tag: `m${id}`, when: each.time * 1000, row: { id } },
        migration: each.isFiled ? { position: filed.indexOf(each) } : undefined,
      })) as unknown as RollbackMember[];
      const undone = known.filter((_, index) => drawn[index]?.isUndone);
      const late = known.filter((member) =>
        undone.some((other) => other.row.id < member.row.id && isAfter(layout, other, member)),
      );
      const found = findLateMerged(layout, known, undone);
      expect(found.map(({ member }) => member.tag)).toEqual(late.map(({ tag }) => tag));
    }),
  );
});

test('thousands that were applied in order are compared once each', () => {
  let compared = 0;
  const known = Array.from({ length: 5000 }, (_, id) => ({
    ...{ tag: `m${id}`, when: id, row: { id } },
    migration: {
      get position() {
        compared += 1;
        return id;
      },
    },
  })) as unknown as RollbackMember[];
  expect(findLateMerged('0.x', known, known)).toEqual([]);
  expect(compared).toBeLessThan(10 * known.length);
});
