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
