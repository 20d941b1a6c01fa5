"""A client that was there before an attack: it calls on one connection as long as a command runs, and is answered each time.

Usage: held_connection.py PORT [CA CERTIFICATE KEY] -- COMMAND...      (TLS with the files)
Prints what the command prints and how many calls were answered. Exit codes: that of the command, 3 if a call failed.
"""

import http.client
import ssl
import subprocess
import sys

SECONDS_BETWEEN = 0.5


def connect(port, files):
    if not files:
        return http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    context = ssl.create_default_context(cafile=files[0])
    context.load_cert_chain(files[1], files[2])
    return http.client.HTTPSConnection("localhost", port, timeout=10, context=context)


def main():
    split = sys.argv.index("--")
    port, files = int(sys.argv[1]), sys.argv[2:split]
    connection = connect(port, files)
    connection.connect()
    socket = connection.sock
    command = subprocess.Popen(sys.argv[split + 1 :])
    answered = 0
    try:
        while True:
            try:
                code = command.wait(SECONDS_BETWEEN)
            except subprocess.TimeoutExpired:
                code = None
            connection.request("GET", "/v1/serverInfo")
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200 or connection.sock is not socket:
                print(f"call {answered + 1}: status {answer.status}, {'the same' if connection.sock is socket else 'another'} connection")
                return 3
            answered += 1
            if code is not None:
                print(f"{answered} calls were answered meanwhile on a connection of before")
                return code
    finally:
        command.kill()


if __name__ == "__main__":
    sys.exit(main())
