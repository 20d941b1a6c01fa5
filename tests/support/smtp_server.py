"""A mail server for tests: takes mail by SMTP and writes what Python's own reader of mail makes of it.

Usage: smtp_server.py OUT [--security starttls|tls|none] [--cert FILE --key FILE] [--client-ca FILE] [--login USER:PASSWORD] [--port N]

Prints "READY port=N". Each mail that came whole becomes a line of JSON in OUT. The local part of a recipient says what is to happen:
  reject-CODE   the recipient is refused with CODE
  data-CODE     the mail is refused with CODE at its end
  hang          the mail is taken and never answered
  break         the mail is taken and the connection is broken
  hostile       the mail is refused in words that are not UTF-8
  huge          the mail is refused in very many words
An underscore in the rest stands for a space: "reject-550_5.1.1_nobody_here@example.com".
"""

import argparse
import asyncio
import email
import email.policy
import json
import ssl

from aiosmtpd.smtp import SMTP, AuthResult


def wish(address):
    local = address.split("@")[0]
    kind, _, rest = local.partition("-")
    return kind, rest.replace("_", " ")


def body(message, subtype):
    part = message.get_body((subtype,)) if message.get_content_maintype() in ("multipart", "text") else None
    return part.get_content().replace("\r\n", "\n") if part is not None else None


class Handler:
    def __init__(self, out):
        self.out = open(out, "a", encoding="utf-8")  # kept until the process ends
        self.connections = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        kind, rest = wish(address)
        if kind == "reject":
            return rest
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    def record(self, session, envelope, tls):
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        line = {
            "peer": session.peer[1],
            "tls": tls,
            "login": getattr(session, "login_name", None),
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "type": message.get_content_type(),
            "text": body(message, "plain"),
            "html": body(message, "html"),
            "defects": [str(defect) for part in message.walk() for defect in part.defects],
            "longest": max(len(text) for text in envelope.original_content.split(b"\r\n")),
            "raw": envelope.original_content.decode("latin-1"),
        }
        print(json.dumps(line), file=self.out, flush=True)

    async def handle_DATA(self, server, session, envelope):
        self.record(session, envelope, server.transport.get_extra_info("ssl_object") is not None)
        for address in envelope.rcpt_tos:
            kind, rest = wish(address)
            if kind == "hang":
                await asyncio.sleep(3600)
            if kind == "break":
                server.transport.abort()
                await asyncio.sleep(3600)
            if kind == "hostile":
                server.transport.write(b"550 \xff\xfe\xc0\xaf \x1b[31m\x01\x00\r\n")
                await asyncio.sleep(3600)
            if kind == "huge":
                server.transport.write(b"554-" + b"x" * 400 + b"\r\n")
                server.transport.write((b"554-" + b"y" * 400 + b"\r\n") * 100 + b"554 end\r\n")
                await asyncio.sleep(3600)
            if kind == "data":
                return rest
        return "250 2.0.0 Ok: queued as TEST1"


def authenticator(login):
    def check(server, session, envelope, mechanism, data):
        good = data.login.decode() + ":" + data.password.decode() == login
        session.login_name = f"{mechanism} {data.login.decode()}"
        return AuthResult(success=good, handled=False)

    return check


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--security", default="none")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--client-ca")
    parser.add_argument("--login")
    parser.add_argument("--port", type=int, default=0)
    args = parser.parse_args()
    context = None
    if args.cert:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(args.cert, args.key)
        if args.client_ca:
            context.load_verify_locations(args.client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    handler = Handler(args.out)
    starttls = args.security == "starttls"

    def session():
        return SMTP(
            handler,
            hostname="mail.test",
            tls_context=context if starttls else None,
            require_starttls=starttls,
            authenticator=authenticator(args.login) if args.login else None,
            auth_required=bool(args.login),
            auth_require_tls=False,
            timeout=3600,
        )

    loop = asyncio.get_running_loop()
    implicit = context if args.security == "tls" else None
    server = await loop.create_server(session, "127.0.0.1", args.port, ssl=implicit)
    print(f"READY port={server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


asyncio.run(main())
