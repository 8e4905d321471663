"""Dumps everything that a module of ceph-mgr can read: what the dump of the same module for Ganglion is compared with."""

import json
import math

from mgr_module import MgrModule

NAMES = [
    "active_clean_pgs", "config", "config_options", "config_zzz", "device", "devices", "df", "fs_map",
    "have_local_config_map", "health", "io_rate", "mds_metadata", "mgr_ips", "mgr_map",
    "modified_config_options", "mon_map", "mon_status", "nosuch", "osd_map", "osd_map_crush",
    "osd_map_tree", "osd_map_zzz", "osd_metadata", "osd_ping_times", "osd_pool_stats", "osd_stats",
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
        out = {
            "list_servers": self.list_servers(),
            "get_server nosuch": self.get_server("nosuch"),
            "get_mgr_id": self.get_mgr_id(),
            "get_mgr_ip": self.get_mgr_ip(),
            "have_mon_connection": self.have_mon_connection(),
            "version": self.version,
            "release_name": self.release_name,
            "get_daemon_health_metrics": self.get_daemon_health_metrics(),
            "get_all_perf_counters": self.get_all_perf_counters(),
            "get_all_perf_counters 8 osd": self.get_all_perf_counters(prio_limit=8, services=("osd",)),
            "lookup_release_name": [self.lookup_release_name(n) for n in (-1, 0, 1, 15, 16, 17, 99)],
        }
        out.update(self.options())
        for server in self.list_servers():
            out["get_server " + server["hostname"]] = self.get_server(server["hostname"])
            for service in server["services"]:
                out.update(self.daemon(service["type"], service["id"]))
        out.update(self.daemon("osd", "99"))
        for kind, name in (("", ""), ("osd", ""), ("", "0"), ("nosuch", "")):
            out["get_perf_schema '%s' '%s'" % (kind, name)] = self.get_perf_schema(kind, name)
        return out

    def options(self):
        names = [option["name"] for option in self.get("config_options")["options"]]
        foreign = {}
        for entity in ("osd", "osd.0", "client.admin", "mon.a"):
            for name in ("osd_max_backfills", "debug_osd", "mon_max_pg_per_osd", "rbd_default_features"):
                foreign[entity + " " + name] = self.get_foreign_ceph_option(entity, name)
        return {
            "get_ceph_option": {name: self.get_ceph_option(name) for name in names},
            "get_foreign_ceph_option": foreign,
        }

    def daemon(self, kind, name):
        who = "%s.%s " % (kind, name)
        schema = self.get_perf_schema(kind, name)
        out = {
            who + "get_metadata": self.get_metadata(kind, name),
            who + "get_daemon_status": self.get_daemon_status(kind, name),
            who + "get_perf_schema": schema,
        }
        for path in list(schema.get("%s.%s" % (kind, name), {}))[:6] + ["osd.op", "osd.op_latency", "nosuch"]:
            out[who + "get_counter " + path] = self.get_counter(kind, name, path)
            out[who + "get_latest_counter " + path] = self.get_latest_counter(kind, name, path)
            out[who + "get_latest " + path] = self.get_latest(kind, name, path)
        for path in ("osd.op_latency", "nosuch"):
            out[who + "get_latest_avg " + path] = self.get_latest_avg(kind, name, path)
        return out
