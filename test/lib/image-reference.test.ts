import { imageProblem } from '../../lib/internal/image-reference';

const SHA = 'a'.repeat(64);

describe('imageProblem', () => {
  test.each([
    'app:1',
    'team/app:v1.4.2',
    'registry.example.com/team/app:2026-02-03',
    'registry:5000/app:1.0',
    'localhost/app:1.0',
    'localhost:5000/a/b/c:git-3f2c1a9',
    'REGISTRY.example.com/app:1',
    `app@sha256:${SHA}`,
    `registry:5000/app@sha256:${SHA}`,
    `app:latest@sha256:${SHA}`,
    `a__b/c-d/e.f:1@sha512:${'0'.repeat(128)}`,
  ])('%s is accepted', (image) => {
    expect(imageProblem(image, false)).toBeUndefined();
  });

  test.each([
    [
      'app',
      'has no tag; give a version ("app:1.4.2") or a digest ("app@sha256:…"), or set allowMutableImage',
    ],
    ['registry:5000/app', 'has no tag; give a version ("registry:5000/app:1.4.2")'],
    ['app:latest', 'has the tag "latest", which names no version; give a version ("app:1.4.2")'],
    ['app:main', 'has the tag "main", which names no version'],
  ])('%s is refused, unless mutable images are allowed', (image, text) => {
    expect(imageProblem(image, false)).toContain(text);
    expect(imageProblem(image, true)).toBeUndefined();
  });

  test.each([
    ['', '"" is empty; give an image with a version or a digest'],
    [' app:1', '" app:1" has spaces around it; write "app:1"'],
    ['my app:1', '"my app:1" is not an image reference; write it like'],
    ['team/App:1', '"team/App:1" has upper-case letters in its repository; write "team/app:1"'],
    ['Registry.example.com/Team/app:1', 'write "Registry.example.com/team/app:1"'],
    ['https://registry/app:1', 'names the registry "https:"; write a host name, and a port if there is one'],
    ['app:', 'has the tag ""; write at most 128 letters'],
    ['app:1/2:3:4', 'has the tag "3:4"'],
    [`app:${'1'.repeat(129)}`, 'write at most 128 letters'],
    ['app@sha256:abc', 'has the digest "sha256:abc"; write "sha256:" and 64 lower-case hexadecimal digits'],
    ['app@', 'has the digest ""'],
    ['bad_host:x/app:1', 'names the registry "bad_host:x"'],
    ['/app:1', 'is not an image reference'],
    ['app:$TAG', 'has the tag "$TAG"'],
    [`${'a'.repeat(256)}:1`, 'is not an image reference'],
  ])('%s is refused, also where mutable images are allowed', (image, text) => {
    expect(imageProblem(image, true)).toContain(text);
  });
});
