"""Shows what modules of the real ceph-mgr are given: `ceph probe get NAME`, `ceph probe osdmap`."""

import json

from mgr_module import MgrModule


class Probe(MgrModule):
    COMMANDS = [
        {"cmd": "probe get name=what,type=CephString", "desc": "One name of get()", "perm": "r"},
        {"cmd": "probe osdmap", "desc": "The objects around the OSDMap", "perm": "r"},
        {"cmd": "probe say", "desc": "Writes a line of each level to the log", "perm": "r"},
    ]

    def handle_command(self, inbuf, cmd):
        if cmd["prefix"] == "probe get":
            return 0, json.dumps(self.get(cmd["what"])), ""
        if cmd["prefix"] == "probe say":
            for level in ("debug", "info", "warning", "error"):
                getattr(self.log, level)("said " + level)
            self.getLogger("part").error("said by a part")
            self.cluster_log("cluster", self.ClusterLogPrio.WARN, "said to the cluster")
            return 0, "", ""
        return 0, json.dumps(self.objects()), ""

    def objects(self):
        osdmap = self.get_osdmap()
        crush = osdmap.get_crush()
        pools = osdmap.get_pools()
        takes = crush.find_takes()
        roots = crush.find_roots()
        plain = osdmap.new_incremental()
        before = plain.dump()
        plain.set_osd_reweights({0: 0.5, 1: 1.7})
        plain.set_crush_compat_weight_set_weights({0: 0.25, 1: 3.5})
        return {
            "epoch": osdmap.get_epoch(),
            "takes": takes,
            "roots": roots,
            "take_weights": {str(root): crush.get_take_weight_osd_map(root) for root in takes},
            "pools_by_take": {str(take): osdmap.get_pools_by_take(take) for take in takes},
            "used_rates": {str(pool): osdmap.pool_raw_used_rate(pool) for pool in pools},
            "up": {str(pool): osdmap.map_pool_pgs_up(pool) for pool in pools},
            "up_acting": {
                str(pool): [osdmap.pg_to_up_acting_osds(pool, ps) for ps in range(8)] for pool in pools
            },
            "incremental": before,
            "reweighted": plain.dump(),
        }
