"""Set up by `crcache run redis:2 --setup 'seed/*.redis' -- python3 -m unittest`: two Redis that nobody else uses."""

import os
import socket
import unittest


class Redis:
    """What of a client these tests need: https://redis.io/docs/latest/develop/reference/protocol-spec/"""

    def __init__(self, name):
        address = os.environ[f"CRCACHE_{name}_HOST"], int(os.environ[f"CRCACHE_{name}_PORT"])
        self.connection = socket.create_connection(address)
        self.answers = self.connection.makefile(newline="\r\n")

    def ask(self, command):
        self.connection.sendall(f"{command}\r\n".encode())
        kind, answer = self._line()
        return self._line(whole=True) if kind == "$" and answer != "-1" else None if kind == "$" else answer

    def close(self):
        self.answers.close()
        self.connection.close()

    def _line(self, whole=False):
        line = self.answers.readline().rstrip("\r\n")
        return line if whole else (line[0], line[1:])


class TransferTests(unittest.TestCase):
    def setUp(self):
        self.ours, self.theirs = Redis("REDIS_1"), Redis("REDIS_2")
        self.addCleanup(self.ours.close)
        self.addCleanup(self.theirs.close)

    def test_money_goes_from_one_server_to_the_other(self):
        self.assertEqual("70", self.ours.ask("DECRBY account:anna 30"))
        self.assertEqual("130", self.theirs.ask("INCRBY account:anna 30"))
        self.assertEqual("70", self.ours.ask("GET account:anna"))

    def test_each_has_the_seed_and_nothing_else(self):
        self.assertEqual(["1", "1"], [server.ask("DBSIZE") for server in (self.ours, self.theirs)])
        self.assertIsNone(self.ours.ask("GET account:bert"))
