#!/usr/bin/env bash
# Runs the three programs straight from their sources.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for program in IdAllocation SeatQuota JobProgress; do
  java -cp ../../target/sharedcounter-server.jar "$program.java"
done
