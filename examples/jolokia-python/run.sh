#!/usr/bin/env bash
# Usage: run.sh [URL], the Jolokia URL that the server printed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
PYTHONIOENCODING=utf-8 python3 counters.py "$@"
