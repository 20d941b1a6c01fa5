"""Signs a request for AWS by botocore, Amazon's own library, to compare with.

Usage: aws_signature.py REQUEST_FILE     (PYTHONPATH: tests/support/python_setup.sh aws)

The file has JSON: {"method", "url", "headers": {name: value} of those that are signed, "body", "date": its
X-Amz-Date, "key_id", "secret", "token" or "", "region", "service"}. Prints the header Authorization.
"""

import datetime
import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        given = json.load(file)
    moment = datetime.datetime.strptime(given["date"], "%Y%m%dT%H%M%SZ")

    botocore.auth.get_current_datetime = lambda: moment
    request = AWSRequest(given["method"], given["url"], headers=given["headers"], data=given["body"].encode())
    credentials = Credentials(given["key_id"], given["secret"], given["token"] or None)
    botocore.auth.SigV4Auth(credentials, given["service"], given["region"]).add_auth(request)
    print(request.headers["Authorization"])


main()
