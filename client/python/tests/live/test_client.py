import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from ductape_jobs import (
    Client,
    DeadlineExceededError,
    Event,
    HttpTarget,
    InvalidArgumentError,
    Job,
    Retry,
    Tls,
    UnavailableError,
    v1,
)
from ductape_jobs.v1.job_pb2_grpc import JobServiceStub
from live.conftest import Server, make_event, make_job


def test_a_call_outlives_a_restart_and_acts_once(server: Server, client: Client) -> None:
    make_event(client)
    make_job(client)
    server.stop()
    back = threading.Timer(0.5, server.start)
    back.start()
    run = client.jobs.run("job", request_id="mine")
    back.join()
    assert client.jobs.run("job", request_id="mine").run_id == run.run_id
    assert [it.run_id for it in client.runs.list(tag="job")] == [run.run_id]


def test_no_server_is_an_error_within_the_timeout(server: Server) -> None:
    server.stop()
    with Client(server.address, retry=Retry(max_attempts=2, max_backoff=0.01)) as client:
        with pytest.raises(UnavailableError) as caught:
            client.server_info()
        assert (caught.value.reason, caught.value.code) == ("", grpc.StatusCode.UNAVAILABLE)
        with pytest.raises((DeadlineExceededError, UnavailableError)):
            client.server_info(timeout=0.001)


def test_the_product_of_a_client_goes_into_every_request(client: Client) -> None:
    shop = client.with_options(product="shop")
    make_event(shop)
    make_job(shop)
    assert shop.jobs.get("job").product == "shop"
    assert len(shop.jobs.preview("job", count=3).occurrences) == 3
    assert list(client.jobs.list()) == []
    assert [it.tag for it in shop.events.list()] == ["work"]


def test_what_a_message_cannot_be_is_said_with_its_fields(client: Client) -> None:
    event = Event(event_type=Event.ACTION, tag="no tag", http=HttpTarget(url="ftp://x"))
    with pytest.raises(InvalidArgumentError) as caught:
        client.events.create(event)
    assert caught.value.domain == "jobs.ductape"
    assert caught.value.fields[0].field == "event.tag"


def test_an_empty_input_is_one(client: Client) -> None:
    make_event(client)
    make_job(client)
    client.jobs.update(Job(tag="job", input={"of": "the job"}))
    run = client.jobs.run("job", input={})
    assert run.number == 1


def test_what_is_not_here_is_called_on_the_channel(client: Client) -> None:
    stub = JobServiceStub(client.channel)
    assert len(stub.ListJobs(v1.ListJobsRequest(), timeout=10).jobs) == 0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", "/CN=jobs.test", "-addext", "subjectAltName=DNS:jobs.test"]
    files = ["-keyout", str(key), "-out", str(cert)]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    return cert, key


@pytest.fixture
def mtls_server(tmp_path: Path, certificate: tuple[Path, Path]) -> Iterator[Server]:
    cert, key = map(str, certificate)
    server = Server(tmp_path, "--tls-cert", cert, "--tls-key", key, "--tls-client-ca", cert)
    server.start()
    yield server
    server.stop()


def test_mutual_tls(mtls_server: Server, certificate: tuple[Path, Path]) -> None:
    cert, key = certificate
    once = Retry(max_attempts=1)
    tls = Tls(ca_file=cert, cert_file=cert, key_file=key, server_name="jobs.test")
    with Client(mtls_server.address, tls=tls, token="secret", retry=once) as client:
        assert client.server_info().version
    for wrong in (
        Tls(ca_file=cert, server_name="jobs.test"),  # no certificate of its own
        Tls(ca_file=cert, cert_file=cert, key_file=key),  # the server is not 127.0.0.1
        Tls(cert_file=cert, key_file=key, server_name="jobs.test"),  # nobody vouches for it
    ):
        refused = Client(mtls_server.address, tls=wrong, retry=once)
        with refused, pytest.raises(UnavailableError):
            refused.server_info()
