import { OTHER_CHANGES } from './catalog-other-changes';
import { judge, known } from './catalog-support';
import { TABLE_CHANGES } from './catalog-table-changes';

test.concurrent.each([
  ['tables', TABLE_CHANGES],
  ['everything else', OTHER_CHANGES],
])(
  'every change of %s is told, and nothing beside it',
  async (_name, changes) => {
    const told = known(changes).map(({ change, told }) => ({ change, told }));
    expect(await judge(known(changes))).toEqual(told);
  },
  120_000,
);
