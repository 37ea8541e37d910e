import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';

export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
}

/** One request to the API server as the user of the kubeconfig. */
export async function requestApi(
  config: KubeConfig,
  method: string,
  path: string,
  body?: { readonly type: string; readonly text: string },
): Promise<ApiAnswer> {
  const url = new URL(path, config.getCurrentCluster()?.server);
  const options: RequestOptions = { method, headers: body ? { 'content-type': body.type } : {} };
  await config.applyToHTTPSOptions(options);
  const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.setTimeout(30_000, () => request.destroy(new Error(`${method} ${path}: no answer for 30 s`)));
    request.on('error', reject).end(body?.text);
  });
}
