import type { Activity } from '../activity/activity';
import type { Follower } from '../activity/follower';
import type { RunningStatement } from '../activity/part';
import { plural } from '../report/plural';
import type { Reporter, Tell } from '../report/reporter';
import { describeNotice, isTold, type ServerNotice } from './server-notice';

/** So many of one statement are told, then they are counted: a loop can raise a million. */
const MOST = 50;

/**
 * Writes what the server says while the run works, with the migration and statement that made it say so. Of very many
 * notices of one statement it tells the first and how many there were more, and keeps none of them.
 */
export class NoticeLog implements Follower {
  /** How many notices the statement has raised, or what runs between two statements. */
  private count = 0;
  private worst: 'NOTICE' | 'WARNING' = 'NOTICE';
  private about: { readonly migration?: string | undefined; readonly statement?: number | undefined } = {};

  constructor(
    private readonly activity: Activity,
    private readonly reporter: Reporter,
  ) {}

  see(notice: ServerNotice): void {
    const { migration, statement } = this.activity;
    if (!isTold(notice, statement !== undefined)) return;
    this.count += 1;
    if (this.count > MOST) {
      if (notice.severity === 'WARNING') this.worst = 'WARNING';
      return;
    }
    this.about = { migration, statement: statement?.number };
    const { message, detail } = describeNotice(notice);
    const { severity, code } = notice;
    this.tell(severity)('server_notice', message, {
      ...{ severity, sqlstate: code },
      ...(detail !== '' && { detail }),
    });
  }

  statement(_statement: RunningStatement | undefined): void {
    this.flush();
  }

  ended(): void {
    this.flush();
  }

  /** Says how many were left out since the last word of it. */
  flush(): void {
    const left = this.count - MOST;
    const severity = this.worst;
    this.count = 0;
    this.worst = 'NOTICE';
    if (left <= 0) return;
    this.tell(severity)(
      'server_notice',
      `and ${plural(left, 'more notice')} of the same statement, left out`,
      {
        ...this.about,
        ...{ severity, left_out: left },
      },
    );
  }

  private tell(severity: string): Tell<'info' | 'warn'> {
    return severity === 'WARNING' ? this.reporter.warn : this.reporter.info;
  }
}
