#!/usr/bin/env bash
# Starts the server with remote JMX over TLS, for the roles monitorRole and controlRole.
set -euo pipefail
umask 077

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=$here/../target/sharedcounter-server.jar
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

usage() {
  cat <<'USAGE'
Usage: serve-with-jmx.sh --keys DIR [--make-test-keys] [--jmx-port PORT] [OPTION OF SERVE]...

  --keys DIR        holds jmxremote.password and jmxremote.ssl.properties; start with the two
                    templates beside this script
  --make-test-keys  puts what is missing there: a self-signed key, random passwords (in
                    jmxremote.password until the first login) and trust.p12 for clients
                    (password: changeit). For trying it out, not for production.
  --jmx-port PORT   default: the port in management.properties
USAGE
}

fail() {
  printf '%s\n' "$*" >&2
  exit 2
}

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# keytool chats on standard error; it is shown only when something went wrong.
key_tool() {
  local chat
  chat=$("${JAVA_HOME:+$JAVA_HOME/bin/}keytool" "$@" 2>&1) || fail "$chat"
}

make_test_keys() {
  mkdir -p "$keys"
  if [[ ! -e $keys/jmxremote.password ]]; then
    printf 'monitorRole %s\ncontrolRole %s\n' "$(random)" "$(random)" >"$keys/jmxremote.password"
  fi
  if [[ ! -e $keys/jmxremote.ssl.properties ]]; then
    local password
    password=$(random)
    export password
    key_tool -genkeypair -alias jmx -keyalg EC -groupname secp256r1 -validity 30 \
      -dname CN=localhost -ext SAN=dns:localhost,ip:127.0.0.1 \
      -storetype PKCS12 -keystore "$keys/server.p12" -storepass:env password
    key_tool -exportcert -rfc -alias jmx -file "$keys/server.pem" \
      -keystore "$keys/server.p12" -storepass:env password
    key_tool -importcert -noprompt -alias jmx -file "$keys/server.pem" \
      -storetype PKCS12 -keystore "$keys/trust.p12" -storepass changeit
    printf 'javax.net.ssl.%s\n' keyStoreType=PKCS12 "keyStore=$keys/server.p12" \
      "keyStorePassword=$password" >"$keys/jmxremote.ssl.properties"
    unset password
  fi
}

keys=
makes_keys=false
port=()
while (($#)); do
  case $1 in
    --keys | --jmx-port)
      (($# > 1)) || fail "$1: a value is missing; see --help"
      if [[ $1 == --keys ]]; then
        keys=$2
      else
        port=("-Dcom.sun.management.jmxremote.port=$2" "-Dcom.sun.management.jmxremote.rmi.port=$2")
      fi
      shift 2
      ;;
    --make-test-keys)
      makes_keys=true
      shift
      ;;
    -h | --help)
      usage
      exit
      ;;
    *) break ;;
  esac
done

[[ -n $keys ]] || fail "--keys DIR is missing; see --help"
[[ -r $jar ]] || fail "${jar#"$here"/../} is missing; build it: mvn -q -DskipTests package"
[[ $keys == /* ]] || keys=$PWD/$keys
if $makes_keys; then make_test_keys; fi
for file in jmxremote.password jmxremote.ssl.properties; do
  [[ -r $keys/$file ]] ||
    fail "$keys/$file is missing; copy jmx-config/$file.template, or try --make-test-keys"
done

# The address in the stubs that clients get; it must be one that they can reach.
exec "$java" \
  -Dcom.sun.management.config.file="$here/management.properties" \
  -Dcom.sun.management.jmxremote.access.file="$here/jmxremote.access" \
  -Dcom.sun.management.jmxremote.password.file="$keys/jmxremote.password" \
  -Dcom.sun.management.jmxremote.ssl.config.file="$keys/jmxremote.ssl.properties" \
  -Djava.rmi.server.hostname=127.0.0.1 \
  "${port[@]}" \
  -jar "$jar" serve "$@"
