"""Times reads of cluster data in ceph-mgr: what Ganglion's reads are measured against."""

import json
import time

from mgr_module import MgrModule


class Timing(MgrModule):
    COMMANDS = [{
        "cmd": "timing get name=name,type=CephString name=times,type=CephInt",
        "desc": "Milliseconds of each get() of that name",
        "perm": "r",
    }]

    def handle_command(self, inbuf, cmd):
        ms = []
        thread = time.thread_time()
        for _ in range(int(cmd["times"])):
            start = time.perf_counter()
            value = self.get(cmd["name"])
            ms.append((time.perf_counter() - start) * 1000)
            del value
        cpu = (time.thread_time() - thread) * 1000 / len(ms)
        return 0, json.dumps({"ms": ms, "cpu": cpu}), ""
