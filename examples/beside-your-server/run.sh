#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
java -cp ../../target/sharedcounter-server.jar Application.java
