import { Problems, shown } from './internal/problems';
import { wholeNumberProblem } from './internal/syntax';

export interface SchemaRangeOptions {
  /**
   * The oldest migration that the release can live with: its tag, or its number. The schema must have it and all
   * before it.
   * @default - the last that the release was built with
   */
  readonly oldest?: string;
  /**
   * How many migrations the schema may have beyond those that the release was built with. Later releases and their tags
   * can't be known, so that this is a number. When there are more, the gate ends at once (81).
   * @default - any number
   */
  readonly maxNewer?: number;
}

/** Which schemas a release can live with. */
export class SchemaRange {
  /**
   * The schema that the release was built with, and every newer one: a pod that restarts while the next release is
   * rolled out, or an application that was rolled back, finds a newer schema and must start.
   */
  public static anyNewer(): SchemaRange {
    return new SchemaRange({});
  }

  /** The very schema that the release was built with. Its pods can't restart once the next migration is applied. */
  public static exactly(): SchemaRange {
    return new SchemaRange({ maxNewer: 0 });
  }

  /** From an older to a newer schema. @throws Error with every problem of the options. */
  public static of(options: SchemaRangeOptions): SchemaRange {
    const { oldest, maxNewer } = options;
    const problems = new Problems();
    if (oldest !== undefined && oldest.trim() === '') {
      problems.add('oldest', `${shown(oldest)} is empty; give the tag of a migration, or leave it out`);
    }
    if (maxNewer !== undefined) problems.check('maxNewer', wholeNumberProblem(maxNewer, 0, 1_000_000));
    problems.throwIfAny();
    return new SchemaRange(options);
  }

  private constructor(
    /** @internal */
    public readonly _options: SchemaRangeOptions,
  ) {}
}
