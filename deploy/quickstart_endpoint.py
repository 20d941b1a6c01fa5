"""The HTTP endpoint of the quickstart: prints one line for each run that arrives.

Listens on a free port of the loopback interface and prints `listening URL` first.
"""

import http.server
import sys


class Endpoint(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):  # the name that http.server asks for
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        # In one write: print writes the line's end apart, and lines of two threads came out mixed.
        sys.stdout.write(
            "run {} number={} attempt={} scheduled={} path={}\n".format(
                self.headers.get("Idempotency-Key"),
                self.headers.get("Ductape-Run-Number"),
                self.headers.get("Ductape-Attempt"),
                self.headers.get("Ductape-Scheduled-Time"),
                self.path,
            )
        )
        sys.stdout.flush()
        body = b'{"pong": true}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self):  # by which a connection is tested; no run
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        """The lines above are the log."""


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    print("listening http://127.0.0.1:{}".format(server.server_address[1]), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
