#!/usr/bin/env bash
# Makes a certificate authority for one cluster, and a key and certificate for each member.
set -euo pipefail
umask 077

usage() {
  cat <<'USAGE'
Usage: make-cluster-ca.sh DIR NAME=HOST...

  DIR        gets ca.pem, ca-key.pem, and for each name NAME/key.pem, NAME/cert.pem, NAME/ca.pem:
             the files of cluster.tls.key, cluster.tls.certificate and cluster.tls.ca. Call it
             again with the same DIR for more members, or for clients.
  NAME=HOST  a member (or client) and the host name or IP address that others reach it at

Whoever holds a certificate of this authority may count, and change the membership: use it for one
cluster alone, and keep ca-key.pem away from the members. The certificates end after ten years.
USAGE
}

fail() {
  printf '%s\n' "$*" >&2
  exit 2
}

# openssl chats on standard error; it is shown only when something went wrong.
quietly() {
  local said
  said=$("$@" 2>&1) || fail "$said"
}

(($# >= 2)) || { usage >&2; exit 2; }
command -v openssl >/dev/null || fail 'openssl is missing'
dir=$1
shift

mkdir -p "$dir"
if [[ ! -e $dir/ca-key.pem ]]; then
  quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
    -subj '/CN=sharedcounter cluster' -keyout "$dir/ca-key.pem" -out "$dir/ca.pem" \
    -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign'
fi

for member; do
  name=${member%%=*}
  host=${member#*=}
  [[ $name =~ ^[a-z0-9][a-z0-9_-]{0,31}$ && $member == *=?* ]] || fail "'$member' is not NAME=HOST"
  [[ ! -e $dir/$name ]] || fail "$dir/$name is there already"
  kind=DNS
  if [[ $host =~ ^[0-9.]+$ || $host == *:* ]]; then kind=IP; fi
  mkdir "$dir/$name"
  quietly openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
    -keyout "$dir/$name/key.pem" -out "$dir/$name/request.pem"
  quietly openssl x509 -req -in "$dir/$name/request.pem" -days 3650 -CA "$dir/ca.pem" \
    -CAkey "$dir/ca-key.pem" -CAcreateserial -out "$dir/$name/cert.pem" -extfile <(
      printf 'subjectAltName=%s:%s\nbasicConstraints=CA:FALSE\n' "$kind" "$host"
      printf 'extendedKeyUsage=serverAuth,clientAuth\nkeyUsage=digitalSignature\n'
    )
  rm "$dir/$name/request.pem"
  cp "$dir/ca.pem" "$dir/$name/ca.pem"
done
