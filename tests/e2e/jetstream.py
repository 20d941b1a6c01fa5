#!/usr/bin/env python3
"""JetStream of a NATS server in the clear, for scripts, by NATS' own text protocol.

Usage: jetstream.py HOST:PORT create STREAM SUBJECT    a stream on disk that takes the subject; nothing if it is there
       jetstream.py HOST:PORT bodies STREAM            prints the bodies of its messages, one a line
Exit code: 0 if the server did it.
"""

import base64
import json
import socket
import sys


class Nats:
    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.lines = self.socket.makefile("rb")
        self.lines.readline()  # INFO
        self.socket.sendall(b'CONNECT {"verbose":false,"pedantic":false}\r\nSUB inbox.1 1\r\n')

    def ask(self, subject, body):
        data = json.dumps(body).encode()
        self.socket.sendall(f"PUB {subject} inbox.1 {len(data)}\r\n".encode() + data + b"\r\n")
        while True:
            line = self.lines.readline()
            if not line:
                sys.exit("the connection ended")
            if line.startswith(b"PING"):
                self.socket.sendall(b"PONG\r\n")
            if line.startswith(b"-ERR"):
                sys.exit(line.decode())
            if line.startswith(b"MSG "):
                size = int(line.split()[-1])
                return json.loads(self.lines.read(size + 2)[:size])


def done(answer):
    if "error" in answer:
        sys.exit(json.dumps(answer["error"]))
    return answer


def main():
    address, verb, stream = sys.argv[1:4]
    nats = Nats(address)
    if verb == "create":
        done(nats.ask(f"$JS.API.STREAM.CREATE.{stream}", {"name": stream, "subjects": [sys.argv[4]], "storage": "file", "retention": "limits"}))
        return
    state = done(nats.ask(f"$JS.API.STREAM.INFO.{stream}", {}))["state"]
    for sequence in range(state["first_seq"], state["last_seq"] + 1):
        message = done(nats.ask(f"$JS.API.STREAM.MSG.GET.{stream}", {"seq": sequence}))["message"]
        print(base64.b64decode(message["data"]).decode().strip())


main()
