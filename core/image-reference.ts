const DOMAIN =
  /^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*(:\d{1,5})?$/;
const PATH_PART = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha(256:[a-f0-9]{64}|512:[a-f0-9]{128})$/;

/**
 * What is wrong with an image reference, with the remedy, or nothing. A tag that names no version can mean
 * another image tomorrow: the Job would run migrations that nobody reviewed, under the name of those that
 * were.
 *
 * @param otherRemedy how the caller accepts such a tag all the same, as the end of the remedy.
 * @see https://github.com/distribution/reference/blob/main/reference.go
 */
export function imageReferenceProblem(
  image: string,
  mutableIsAllowed: boolean,
  otherRemedy = '',
): string | undefined {
  const at = image.indexOf('@');
  const named = at === -1 ? image : image.slice(0, at);
  const digest = at === -1 ? undefined : image.slice(at + 1);
  const lastSlash = named.lastIndexOf('/');
  const colon = named.indexOf(':', lastSlash + 1);
  const repository = colon === -1 ? named : named.slice(0, colon);
  const tag = colon === -1 ? undefined : named.slice(colon + 1);

  if (image === '') {
    return '"" is empty; give an image with a version or a digest, for example "registry.example.com/team/app:1.4.2"';
  }
  if (image !== image.trim()) return `${shown(image)} has spaces around it; write ${shown(image.trim())}`;
  const problem = repositoryProblem(image, repository);
  if (problem) return problem;
  if (tag !== undefined && !TAG.test(tag)) {
    return `${shown(image)} has the tag ${shown(tag)}; write at most 128 letters, digits, "_", "." and "-"`;
  }
  if (digest !== undefined) {
    if (DIGEST.test(digest)) return undefined;
    return `${shown(image)} has the digest ${shown(digest)}; write "sha256:" and 64 lower-case hexadecimal digits`;
  }
  if (mutableIsAllowed || (tag !== undefined && /\d/.test(tag))) return undefined;
  const what = tag === undefined ? 'has no tag' : `has the tag ${shown(tag)}, which names no version`;
  return `${shown(image)} ${what}; give a version ("${repository}:1.4.2") or a digest ("${repository}@sha256:…")${otherRemedy}`;
}

function repositoryProblem(image: string, repository: string): string | undefined {
  const parts = repository.split('/');
  const [first = ''] = parts;
  const hasDomain = parts.length > 1 && /[.:]|^localhost$/.test(first);
  if (hasDomain && !DOMAIN.test(first)) {
    return `${shown(image)} names the registry ${shown(first)}; write a host name, and a port if there is one`;
  }
  const path = hasDomain ? parts.slice(1) : parts;
  if (repository.length <= 255 && path.every((part) => PATH_PART.test(part))) return undefined;
  const lowerCase = hasDomain ? [first, ...path.map(lower)].join('/') : repository.toLowerCase();
  if (lowerCase !== repository && path.every((part) => PATH_PART.test(lower(part)))) {
    return `${shown(image)} has upper-case letters in its repository; write ${shown(image.replace(repository, lowerCase))}`;
  }
  return `${shown(image)} is not an image reference; write it like "registry.example.com/team/app:1.4.2"`;
}

function lower(text: string): string {
  return text.toLowerCase();
}

function shown(text: string): string {
  return JSON.stringify(text);
}
