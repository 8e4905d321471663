"""Dumps everything that a module of ceph-mgr can read: what the dump of the same module for Ganglion is compared with."""

import json
import math

from mgr_module import MgrModule

NAMES = [
    "active_clean_pgs", "config", "config_options", "device", "devices", "df", "fs_map",
    "have_local_config_map", "health", "io_rate", "mds_metadata", "mgr_ips", "mgr_map",
    "modified_config_options", "mon_map", "mon_status", "nosuch", "osd_map", "osd_map_crush",
    "osd_map_tree", "osd_metadata", "osd_ping_times", "osd_pool_stats", "osd_stats",
    "osdmap_crush_map_text", "pg_dump", "pg_progress", "pg_ready", "pg_stats", "pg_status",
    "pg_summary", "pool_stats", "service_map",
]


def plain(value):
    """JSON has neither NaN nor infinity: texts stand for them."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


class Parity(MgrModule):
    COMMANDS = [{"cmd": "parity dump", "desc": "Dumps all that modules can read", "perm": "r"}]

    def handle_command(self, inbuf, cmd):
        return 0, json.dumps(plain({"get": self.data(), "calls": self.calls()})), ""

    def data(self):
        names = NAMES + ["device nosuch"]
        names += ["device " + device["devid"] for device in self.get("devices")["devices"]]
        return {name: self.get(name) for name in names}

    def calls(self):
        servers = self.list_servers()
        daemons = [(service["type"], service["id"]) for server in servers for service in server["services"]]
        daemons.append(("osd", "99"))
        return {
            "list_servers": servers,
            "get_server": {name: self.get_server(name) for name in ["nosuch"] + [s["hostname"] for s in servers]},
            "get_mgr_id": self.get_mgr_id(),
            "get_mgr_ip": self.get_mgr_ip(),
            "have_mon_connection": self.have_mon_connection(),
            "version": self.version,
            "release_name": self.release_name,
            "lookup_release_name": [self.lookup_release_name(n) for n in (-1, 0, 1, 15, 16, 17, 99)],
            "get_metadata": self.each(daemons, self.get_metadata),
            "get_daemon_status": self.each(daemons, self.get_daemon_status),
            "get_daemon_health_metrics": self.get_daemon_health_metrics(),
            "get_perf_schema": {
                "%s.%s" % selection: self.get_perf_schema(*selection)
                for selection in [("", ""), ("osd", ""), ("", "0"), ("osd", "0"), ("nosuch", ""), ("osd", "99")]
            },
            "get_counter": self.each(daemons, self.counters(lambda *args: self.newest(*args))),
            "get_latest_counter": self.each(daemons, self.counters(self.get_latest_counter)),
            "get_latest": self.each(daemons, self.counters(self.get_latest)),
            "get_latest_avg": self.each(daemons, self.averages),
            "get_all_perf_counters": self.get_all_perf_counters(),
            "get_all_perf_counters 8 osd": self.get_all_perf_counters(prio_limit=8, services=("osd",)),
            "get_ceph_option": {name: self.get_ceph_option(name) for name in self.option_names()},
            "get_foreign_ceph_option": self.foreign_options(),
        }

    @staticmethod
    def each(daemons, call):
        return {"%s.%s" % daemon: call(*daemon) for daemon in daemons}

    def counters(self, call):
        """One answer for each of some counters of a daemon, also for some that it does not have."""
        def answers(kind, name):
            schema = self.get_perf_schema(kind, name).get("%s.%s" % (kind, name), {})
            paths = list(schema)[:6] + ["osd.op", "osd.op_latency", "nosuch"]
            return {path: call(kind, name, path) for path in paths}
        return answers

    def newest(self, kind, name, path):
        """How many samples there are is a matter of time."""
        return {key: samples[-1:] for key, samples in self.get_counter(kind, name, path).items()}

    def averages(self, kind, name):
        return {path: self.get_latest_avg(kind, name, path) for path in ("osd.op_latency", "nosuch")}

    def option_names(self):
        return [option["name"] for option in self.get("config_options")["options"]]

    def foreign_options(self):
        names = ("osd_max_backfills", "debug_osd", "mon_max_pg_per_osd", "rbd_default_features", "mds_beacon_grace")
        return {
            entity: {name: self.get_foreign_ceph_option(entity, name) for name in names}
            for entity in ("osd", "osd.0", "client.admin", "mon.a")
        }
