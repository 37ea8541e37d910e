/** Whether a host is this very pod: there a sidecar listens, and nobody is between. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost\.?|127(?:\.\d{1,3}){3}|::1)$/i.test(host);
}
