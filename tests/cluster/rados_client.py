"""A librados client that stays connected: one JSON request a line on stdin, one JSON answer a line on stdout.

Request {"target": "mon" | "mgr" | "osd.N", "command": {..}, "input": "", "timeout": s}, answer {"code", "out", "err"}.
Request {"bench": {"target", "command", "count"}}, answer {"ms": [..], "code"}: sequential round trips.
Request {"write": {"pool", "count"}}, answer {"code"}: that many small objects.
Request {"register": {"service", "id", "metadata", "status"}}, answer {"code"}: a service daemon from then on.
"""

import json
import sys
import time

import rados


def run(cluster, target, command, data, timeout):
    text = json.dumps(command)
    if target == "mon":
        return cluster.mon_command(text, data, timeout)
    if target == "mgr":
        return cluster.mgr_command(text, data, timeout)
    return cluster.osd_command(int(target.split(".")[1]), text, data, timeout)


def bench(cluster, request):
    samples = []
    code = 0
    for _ in range(request["count"]):
        start = time.perf_counter()
        code, _, _ = run(cluster, request["target"], request["command"], b"", 30)
        samples.append((time.perf_counter() - start) * 1000)
        if code != 0:
            break
    return {"ms": samples, "code": code}


def write(cluster, request):
    with cluster.open_ioctx(request["pool"]) as ioctx:
        for n in range(request["count"]):
            ioctx.write_full("object%d" % n, b"x" * 100 * (n + 1))
    return {"code": 0}


def register(cluster, request):
    cluster.service_daemon_register(request["service"], request["id"], request["metadata"])
    cluster.service_daemon_update(request["status"])
    return {"code": 0}


def answer(cluster, request):
    if "bench" in request:
        return bench(cluster, request["bench"])
    if "write" in request:
        return write(cluster, request["write"])
    if "register" in request:
        return register(cluster, request["register"])
    code, out, err = run(
        cluster,
        request["target"],
        request["command"],
        request.get("input", "").encode(),
        request.get("timeout", 30),
    )
    return {"code": code, "out": out.decode("utf-8", "replace"), "err": err}


def main():
    cluster = rados.Rados(conffile=sys.argv[1], conf={"client_mount_timeout": "30"})
    cluster.connect(timeout=30)
    print(json.dumps({"code": 0}), flush=True)
    for line in sys.stdin:
        try:
            reply = answer(cluster, json.loads(line))
        except rados.Error as error:
            reply = {"code": -abs(error.errno or 5), "out": "", "err": str(error)}
        print(json.dumps(reply), flush=True)
    cluster.shutdown()


main()
