"""The smallest command a Python module of ceph-mgr can have: what Ganglion's hello is measured against."""

from mgr_module import MgrModule


class Hello(MgrModule):
    COMMANDS = [{"cmd": "hello", "desc": "Says hello", "perm": "r"}]

    def handle_command(self, inbuf, cmd):
        return 0, "Hello, world!", ""
