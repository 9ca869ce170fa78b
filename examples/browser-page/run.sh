#!/usr/bin/env bash
# Usage: run.sh [PORT]. Serves this page and Jolokia from one server, until stopped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exec java -jar ../../target/sharedcounter-server.jar --config page.properties --port "${1:-8778}"
