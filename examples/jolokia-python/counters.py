"""Counts over Jolokia with nothing but Python's standard library."""

import json
import sys
import urllib.request

URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8778/jolokia"
MBEAN = "io.sharedcounter:type=CounterRegistry,namespace=default"


class CounterError(Exception):
    """What the server refused, in its words."""


def call(operation, *arguments):
    request = {"type": "exec", "mbean": MBEAN, "operation": operation, "arguments": arguments}
    answer = urllib.request.urlopen(
        urllib.request.Request(
            URL,
            data=json.dumps(request).encode("utf-8"),
            headers={"Content-Type": "application/json; charset=utf-8"},
        ),
        timeout=10,
    )
    reply = json.load(answer)
    if reply["status"] != 200:
        raise CounterError(reply["error"])
    return reply["value"]


call("set", "zähler", 9223372036854775806)
print("now", call("increment", "zähler"))
try:
    call("increment", "zähler")
except CounterError as refused:
    print("refused:", refused)
print("still", call("peek", "zähler"))
call("remove", "zähler")
