"""Channels and stubs of the service, and what its errors say."""

import grpc
from ductape.jobs.v1 import (
    admin_pb2_grpc,
    calendar_pb2_grpc,
    event_pb2_grpc,
    job_pb2_grpc,
    run_pb2_grpc,
    worker_pb2_grpc,
)
from google.rpc import error_details_pb2, status_pb2

CALL_SECONDS = 2.0
UNKNOWN = ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED")  # codes after which nobody knows

OPTIONS = [
    ("grpc.enable_retries", 0),
    ("grpc.initial_reconnect_backoff_ms", 20),
    ("grpc.min_reconnect_backoff_ms", 1000),  # also the least time that a connection may take
    ("grpc.max_reconnect_backoff_ms", 100),
    ("grpc.use_local_subchannel_pool", 1),
]


def channel_to(address):
    return grpc.insecure_channel(address, options=OPTIONS)


class Api:
    """All stubs over one channel."""

    def __init__(self, address):
        self.channel = channel_to(address)
        self.jobs = job_pb2_grpc.JobServiceStub(self.channel)
        self.runs = run_pb2_grpc.RunServiceStub(self.channel)
        self.calendars = calendar_pb2_grpc.CalendarServiceStub(self.channel)
        self.events = event_pb2_grpc.EventServiceStub(self.channel)
        self.workers = worker_pb2_grpc.WorkerServiceStub(self.channel)
        self.admin = admin_pb2_grpc.AdminServiceStub(self.channel)

    def close(self):
        self.channel.close()


def code_of(error):
    return error.code().name


def reason_of(error):
    """The reason of the error's ErrorInfo; empty if it has none."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                info = error_details_pb2.ErrorInfo()
                if detail.Unpack(info):
                    return info.reason
    return ""
