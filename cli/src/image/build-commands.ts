const EXAMPLE = 'registry.example.com/team/migrations:1.4.2';

/** How each engine builds a Dockerfile so that the same sources give the same image. */
export function buildCommands(dockerfile: string, context: string): string {
  const [file, folder] = [dockerfile, context].map(quoted);
  const sameBytes = '--no-cache --layers=false --timestamp 0 --identity-label=false';
  const what = `--file ${file} --tag ${EXAMPLE} ${folder}`;
  return [
    `  podman build ${sameBytes} ${what}`,
    `  buildah build ${sameBytes} ${what}`,
    `  SOURCE_DATE_EPOCH=0 docker buildx build --no-cache --provenance=false --output type=registry,rewrite-timestamp=true ${what}`,
    '  (docker pushes at once; it wants a builder of the driver docker-container: docker buildx create --use)',
  ].join('\n');
}

function quoted(word: string): string {
  return /^[-\w./@:=]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
