import { Signer } from '@aws-sdk/rds-signer';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { redact } from '../../../runner/src/errors/redact';
import { rdsToken } from '../../../runner/src/login/rds-token';

const INPUT = {
  ...{ host: 'prod-instance.us-east-1.rds.amazonaws.com', port: 3306, user: 'peccy', region: 'us-east-1' },
  credentials: { accessKeyId: 'akid', secretAccessKey: 'secret' },
};
const NOW = new Date(1_724_709_600_000);

test("it is the token of AWS's own vector", () => {
  expect(rdsToken(INPUT, NOW)).toBe(
    'prod-instance.us-east-1.rds.amazonaws.com:3306/?Action=connect&DBUser=peccy&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=akid%2F20240826%2Fus-east-1%2Frds-db%2Faws4_request&X-Amz-Date=20240826T220000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=dd0cba843009474347af724090233265628ace491ea17ce3eb3da098b983ad89',
  );
});

test('neither it nor its signature is ever shown', () => {
  const token = rdsToken(INPUT, NOW);
  expect(redact(`the token ${token} and ${token.slice(-64)}`)).toBe('the token *** and ***');
});

/** Names, keys and session tokens of any characters, because each has its own way into a signature. */
test("for whatever it is asked, it is the token of AWS's own package", async () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 });
  const inputs = fc.record({
    host: fc.domain(),
    port: fc.integer({ min: 1, max: 65_535 }),
    user: text,
    region: fc.constantFrom('us-east-1', 'cn-north-1', 'us-gov-west-1'),
    credentials: fc.record({
      accessKeyId: text,
      secretAccessKey: text,
      sessionToken: fc.option(text, { nil: undefined }),
    }),
  });
  const time = fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true });
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
  try {
    await fc.assert(
      fc.asyncProperty(inputs, time, async (input, now) => {
        jest.setSystemTime(now);
        const { host: hostname, user: username, ...rest } = input;
        const theirs = await new Signer({ hostname, username, ...rest }).getAuthToken();
        expect(parametersOf(rdsToken(input, now))).toEqual(parametersOf(theirs));
      }),
    );
  } finally {
    jest.useRealTimers();
  }
});

/** Where the signature stands among them has no meaning. */
function parametersOf(token: string): string[] {
  return token.split(/[?&]/).sort();
}
