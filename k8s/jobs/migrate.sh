#!/bin/sh
# The entry point for people and pipelines: every command is drizzle-gate's, which has more of them and more options.
#
#   k8s/jobs/migrate.sh migrate  [FILE…] [options]    apply the manifests, follow the Job (drizzle-gate deploy)
#   k8s/jobs/migrate.sh rollback --to TAG [options]   plan, confirm and roll back in the cluster
#   k8s/jobs/migrate.sh status   [options]            last runs, and what is applied and pending
#   k8s/jobs/migrate.sh logs     [JOB] [--follow]     the log of a Job, attempt by attempt
#
# DRIZZLE_GATE names the program, where it is not on the PATH or in node_modules, here or beside this script.
set -eu

usage() {
  sed -n '4,7s/^#   //p' "$0" >&2
  exit 64
}

# One that a project has installed is of the version that its manifests were made with. npx would ask the registry for what
# is not there, and a pipeline must not run what nobody chose.
gate() {
  if [ -n "${DRIZZLE_GATE:-}" ]; then
    exec "$DRIZZLE_GATE" "$@"
  fi
  here=$(dirname -- "$0")
  for folder in . "$here/../.."; do
    if [ -x "$folder/node_modules/.bin/drizzle-gate" ]; then
      exec "$folder/node_modules/.bin/drizzle-gate" "$@"
    fi
  done
  if command -v drizzle-gate >/dev/null 2>&1; then
    exec drizzle-gate "$@"
  fi
  echo "drizzle-gate is not installed: npm install --save-dev drizzle-gate-cli, or set DRIZZLE_GATE" >&2
  exit 127
}

[ $# -gt 0 ] || usage
command=$1
shift
case $command in
  migrate) gate deploy "$@" ;;
  rollback) gate rollback run --in-cluster "$@" ;;
  status) gate status --in-cluster "$@" ;;
  logs) gate logs "$@" ;;
  *) usage ;;
esac
