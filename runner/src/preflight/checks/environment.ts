import type { Journal } from '../../../../core/journal';
import { unknownTagProblems } from '../../config/accept-edited';
import type { Settings } from '../../config/settings';
import { GateError, GateErrors } from '../../errors/gate-error';
import { plural } from '../../report/plural';
import { type Finding, pass, refuse, warn } from '../check';

const CHECK = 'environment';

/** Whether the settings are usable and the migrations folder is the one that the manifest means. */
export function checkEnvironment(settings: Settings, journal: Journal | GateError): Finding[] {
  const findings = settings.problems.map((problem) => refuse(CHECK, settings.problemsExit, problem));
  if (journal instanceof GateErrors) {
    findings.push(...journal.problems.map((problem) => refuse(CHECK, journal.exit, problem)));
  } else if (journal instanceof GateError) {
    findings.push(refuse(CHECK, journal.exit, journal.message, { remedy: journal.remedy }));
  } else if (!settings.connection) {
    // Without a database nothing else looks at it.
    const tags = journal.migrations.map(({ tag }) => tag);
    const unknown = unknownTagProblems(settings.history.acceptEdited, tags);
    findings.push(...unknown.map((problem) => refuse(CHECK, 'CONFIG', problem)));
  } else if (findings.length === 0) {
    const { folder, migrations, digest } = journal;
    findings.push(
      pass(CHECK, `${plural(migrations.length, 'migration')} in ${folder}, digest ${digest.slice(0, 12)}`),
    );
    findings.push(...journal.warnings.map((warning) => warn(CHECK, warning)));
  }
  return findings;
}
