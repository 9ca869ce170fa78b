#!/usr/bin/env bash
# Three JVMs on this machine that share the counters of namespace "seats". Needs curl.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=$here/../../target/sharedcounter-server.jar
dir=$(mktemp -d)
mbean=io.sharedcounter:type=CounterRegistry,namespace=seats
declare -A pid url

stop() {
  for node in "${!pid[@]}"; do kill "${pid[$node]}" 2>/dev/null || true; done
  wait
  rm -rf "$dir"
}
trap stop EXIT

# Three ports that are free now, for the members among themselves.
mapfile -t port < <(python3 -c '
import socket
sockets = [socket.socket() for _ in range(3)]
for s in sockets: s.bind(("127.0.0.1", 0))
for s in sockets: print(s.getsockname()[1])')

start() { # NODE
  cat > "$dir/$1.properties" <<CONFIG
http.port = 0
namespace.seats = replicate
cluster.node = $1
cluster.peers = a@127.0.0.1:${port[0]}, b@127.0.0.1:${port[1]}, c@127.0.0.1:${port[2]}
cluster.directory = $dir/$1
cluster.bootstrap = true
CONFIG
  : > "$dir/$1.out" # Not what an earlier run of it printed.
  java -Xmx128m -jar "$jar" --config "$dir/$1.properties" >"$dir/$1.out" 2>"$dir/$1.err" &
  pid[$1]=$!
}

# Jolokia took a free port; the server prints it.
await_url() { # NODE
  for _ in {1..300}; do
    url[$1]=$(grep -om1 'http://127.0.0.1:[0-9]*/jolokia' "$dir/$1.out" || true)
    if [[ ${url[$1]} ]]; then return; fi
    sleep 0.1
  done
  cat "$dir/$1.err" >&2
  return 1
}

value() { sed -n 's/.*"value":\("\([^"]*\)"\|\(-\{0,1\}[0-9]*\)\).*/\2\3/p'; }
increment() { curl -sS "${url[$1]}/exec/$mbean/increment/taken" | value; }
leader() { curl -sS "${url[$1]}/read/io.sharedcounter:type=Cluster/Leader" | value; }

# While there is no leader, an operation says that it was not applied, and can be repeated.
increment_again() { # NODE
  for _ in {1..50}; do
    said=$(increment "$1")
    if [[ $said ]]; then echo "$said"; return; fi
  done
  return 1
}

for node in a b c; do start $node; done
for node in a b c; do await_url $node; done
for node in a b c; do echo "through $node: $(increment_again $node)"; done

dead=$(leader a)
kill -9 "${pid[$dead]}"
{ wait "${pid[$dead]}" || true; } 2>/dev/null
echo 'the leader is killed'
rest=()
for node in a b c; do [[ $node == "$dead" ]] || rest+=("$node"); done
for node in "${rest[@]}"; do echo "through another: $(increment_again "$node")"; done

start "$dead"
await_url "$dead"
echo 'it is back'
echo "through it: $(increment_again "$dead")"
for node in a b c; do
  curl -sS "${url[$node]}/exec/$mbean/getAllCounters" | grep -o '"value":{[^}]*}'
done
