"""AWS Lambda as far as docs/events/functions.md and clouds_test.sh need it.

Listens on a free port of the loopback interface and prints `listening URL` first, then a line for each request. Functions give back
the payload's pages, their qualifier and the job that the client context names; `broken` ends with an error, `missing` does not exist.
"""

import base64
import http.server
import json
import re
import urllib.parse


class Endpoint(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):  # the name that http.server asks for
        payload = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        path = re.fullmatch(r"/2015-03-31/functions/([^/]+)/invocations", self.path)
        credential = re.match(r"AWS4-HMAC-SHA256 Credential=(\w+)/\d{8}/([\w-]+)/lambda/aws4_request, ",
                              self.headers.get("Authorization", ""))
        context = json.loads(base64.b64decode(self.headers.get("X-Amz-Client-Context", "e30=")))
        print("request " + json.dumps({"path": self.path, "payload": payload, "context": context}), flush=True)
        if not path or not credential:
            return self.answer(403, {"Message": "Missing Authentication Token"}, "MissingAuthenticationTokenException")
        name, _, qualifier = urllib.parse.unquote(path.group(1)).partition(":")
        if name == "missing":
            return self.answer(404, {"Type": "User", "Message": "Function not found"}, "ResourceNotFoundException")
        if self.headers["X-Amz-Invocation-Type"] == "Event":
            return self.answer(202, None)
        if name == "broken":
            return self.answer(200, {"errorType": "KeyError", "errorMessage": "no such page"}, function_error="Unhandled")
        job = context["custom"]["ductape_job"]
        return self.answer(200, {"job": job, "pages": payload.get("pages"), "qualifier": qualifier})

    def answer(self, status, payload, error=None, function_error=None):
        body = b"" if payload is None else json.dumps(payload).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if error:
            self.send_header("X-Amzn-ErrorType", error)
        if function_error:
            self.send_header("X-Amz-Function-Error", function_error)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """The lines above are the log."""


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    print("listening http://127.0.0.1:{}".format(server.server_address[1]), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
