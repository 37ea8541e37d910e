import type { IncomingWebhookSendArguments } from '@slack/webhook';
import { limited } from '../../report/limited';
import type { Problem, Verdict } from '../verdict/verdict';

/** Slack cuts what is longer. */
const MOST_CHARACTERS = 2500;

/**
 * A failure as a message of Slack's, in the form that compatible servers understand too: one line of text, and the reason
 * as an attachment.
 */
export function notificationOf(
  verdict: Verdict,
  env: Readonly<Record<string, string | undefined>>,
): IncomingWebhookSendArguments {
  const { headline, namespace, job, image, problems } = verdict;
  const [problem, ...others] = problems;
  const facts = [
    ...(job === undefined ? [] : [`job \`${inCode(`${namespace ?? ''}/${job}`)}\``]),
    ...(image ? [`image \`${inCode(image)}\``] : []),
    ...runLink(env),
  ];
  return {
    text: `${EMOJI} ${escaped(headline)}`,
    attachments: [
      {
        color: 'danger',
        fallback: escaped(headline),
        mrkdwn_in: ['text'],
        text: [
          ...(problem ? problemLines(problem) : []),
          ...(others.length > 0 ? [`… and ${others.length} more in the log`] : []),
          facts.join(' · '),
        ].join('\n'),
      },
    ],
  };
}

const EMOJI = ':red_circle:';

function problemLines({ message, detail, remedy }: Problem): string[] {
  return [
    cut(escaped(message)),
    ...(detail ? [`\`\`\`\n${inCode(cut(limited(detail)))}\n\`\`\``] : []),
    ...(remedy ? [cut(escaped(`→ ${remedy}`))] : []),
  ];
}

/** The run of the workflow, for whoever reads the message elsewhere. */
function runLink(env: Readonly<Record<string, string | undefined>>): string[] {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  if (!server || !repository || !run) return [];
  return [`<${server}/${repository}/actions/runs/${run}|${escaped(repository)}, run ${run}>`];
}

/** @see https://docs.slack.dev/messaging/formatting-message-text */
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const inCode = (text: string) => escaped(text).replaceAll('`', "'");
const cut = (text: string) => (text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`);
