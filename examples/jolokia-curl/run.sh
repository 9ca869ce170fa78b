#!/usr/bin/env bash
# Usage: run.sh [URL], the Jolokia URL that the server printed.
set -euo pipefail
url=${1:-http://127.0.0.1:8778/jolokia}
mbean=io.sharedcounter:type=CounterRegistry,namespace=default

post() { curl -sS --fail-with-body -H 'Content-Type: application/json' -d "$1" "$url"; echo; }

# GET suits a human at a terminal; a name with a slash needs !/ instead of /.
curl -sS "$url/exec/$mbean/increment/curl-example"; echo

# POST suits programs: names need no escaping.
post '{"type":"exec","mbean":"'$mbean'","operation":"set","arguments":["curl/example",40]}'
post '{"type":"exec","mbean":"'$mbean'","operation":"incrementBy","arguments":["curl/example",2]}'

# Several in one request. If one of them does not fit, none is run.
post '[{"type":"exec","mbean":"'$mbean'","operation":"getIncrement","arguments":["curl/example"]},
       {"type":"exec","mbean":"'$mbean'","operation":"get","arguments":["curl/example"]}]'

post '{"type":"read","mbean":"'$mbean'","attribute":"AllCounters"}'
