import type { AwsCredentials, AwsSource } from '../config/aws-source';
import { GateError } from '../errors/gate-error';
import { askContainerAgent } from './container-credentials';
import { assumeRole } from './web-identity';

/** Credentials that are good now. @throws GateError: 69, 77 or 78. */
export async function fetchAwsCredentials(source: AwsSource, signal: AbortSignal): Promise<AwsCredentials> {
  switch (source.kind) {
    case 'keys':
      return source.credentials;
    case 'web-identity':
      return assumeRole(source, signal);
    case 'container':
      return askContainerAgent(source, signal);
    case 'none':
      // The webhook leaves a pod as it is when the service account is some seconds old; the Job's next pod is changed.
      throw new GateError(
        'UNAVAILABLE',
        'login: this pod has no credentials of AWS: AWS_ROLE_ARN with AWS_WEB_IDENTITY_TOKEN_FILE and AWS_CONTAINER_CREDENTIALS_FULL_URI are unset',
        {
          remedy:
            'annotate the service account with eks.amazonaws.com/role-arn, or make its Pod Identity association; if that was done a moment ago, the webhook has not changed this pod, and the next one that the Job starts is changed',
        },
      );
  }
}
