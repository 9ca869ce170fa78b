#!/usr/bin/env bash
# Usage: run.sh PID, the process id of a running server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
java JmxClient.java "${1:?the process id of a running server}"
