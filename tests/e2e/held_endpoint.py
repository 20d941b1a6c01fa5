"""An HTTP endpoint that answers at once, but to a path /held/NAME only when the file NAME has appeared in a folder.

Usage: held_endpoint.py FOLDER

Listens on a free port of the loopback interface and prints `listening URL` first, then `run ID path=PATH` as requests arrive.
"""

import http.server
import os
import sys
import time


class Endpoint(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):  # the name that http.server asks for
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        # In one write: print writes the line's end apart, and lines of two threads came out mixed.
        sys.stdout.write("run {} path={}\n".format(self.headers.get("Idempotency-Key"), self.path))
        sys.stdout.flush()
        if self.path.startswith("/held/"):
            release = os.path.join(sys.argv[1], os.path.basename(self.path))
            give_up = time.monotonic() + 600
            while not os.path.exists(release) and time.monotonic() < give_up:
                time.sleep(0.02)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """The lines above are the log."""


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.daemon_threads = True
    print("listening http://127.0.0.1:{}".format(server.server_address[1]), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
