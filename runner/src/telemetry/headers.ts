/**
 * Reads `name=value,name=value`, as OpenTelemetry writes headers. What can't be read is left out, and `problems` says so
 * without its value: the SDK would leave it out, or what follows a `;`, and say nothing.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
 */
export function readHeaders(text: string, variable: string, problems: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [index, part] of text.split(',').entries()) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const name = equals === -1 ? '' : decoded(part.slice(0, equals).trim());
    const value = decoded(part.slice(equals + 1).trim());
    if (name && value !== undefined) headers[name] = value;
    else {
      problems.push(
        `header ${index + 1} of ${variable} is left out: it is not name=value, with "," written as %2C and "%" as %25`,
      );
    }
  }
  return headers;
}

/** Undefined where it is not percent-encoded. */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
