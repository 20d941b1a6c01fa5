"""An HTTP endpoint that tells what it was sent: in its answer, as careless targets do, and in a line for each request.

Listens on a free port of the loopback interface and prints `listening URL` first. What begins with /fail is answered by 500; /guarded by
401 unless the bearer token is the first argument.
"""

import http.server
import json
import sys


class Endpoint(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):  # the name that http.server asks for
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        seen = {
            "path": self.path,
            "authorization": self.headers.get("Authorization"),
            "key": self.headers.get("X-Key"),
            "team": self.headers.get("X-Team"),
        }
        print("request " + json.dumps(seen), flush=True)
        status = 500 if self.path.startswith("/fail") else 200
        if self.path.startswith("/guarded") and seen["authorization"] != "Bearer " + sys.argv[1]:
            status = 401
        body = json.dumps(seen).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST

    def log_message(self, *_):
        """The lines above are the log."""


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    print("listening http://127.0.0.1:{}".format(server.server_address[1]), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
