"""An HTTP endpoint that answers with what it was sent: method, path, the header X-Customer and the body.

Listens on a free port of the loopback interface and prints `listening URL` first.
"""

import http.server
import json


class Endpoint(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self):  # the name that http.server asks for
        seen = {
            "path": self.path,
            "customer": self.headers.get("X-Customer"),
            "body": json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0)))),
        }
        body = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """What came is in the answers."""


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    print("listening http://127.0.0.1:{}".format(server.server_address[1]), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
