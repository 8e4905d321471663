"""A librados client that does what it is told: one JSON request {"code": python} a line on stdin, one JSON answer a line on stdout.

The code sees `cluster`, `io(pool, namespace)` and `state`; it leaves its answer in `result`. Bytes travel as hex.
"""

import json
import sys
import traceback

import rados

NAMES = {"rados": rados, "state": {}}


def main():
    cluster = rados.Rados(conffile=sys.argv[1], conf={"client_mount_timeout": "30"})
    cluster.connect(timeout=30)

    def io(pool, namespace=""):
        context = cluster.open_ioctx(pool)
        context.set_namespace(namespace)
        return context

    NAMES.update(cluster=cluster, io=io)
    print(json.dumps({"result": None}), flush=True)
    for line in sys.stdin:
        NAMES["result"] = None
        try:
            exec(json.loads(line)["code"], NAMES)
            answer = {"result": NAMES["result"]}
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), flush=True)
    cluster.shutdown()


main()
