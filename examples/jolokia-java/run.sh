#!/usr/bin/env bash
# Usage: run.sh [URL], the Jolokia URL that the server printed. Fetches Jolokia's client once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
clients=../../target/clients/jolokia-jmx
[[ -d $clients ]] || mvn -q -f ../../pom.xml dependency:copy@clients
java -cp "$clients/*" JolokiaClientExample.java "${1:-http://127.0.0.1:8778/jolokia}"
