import subprocess
from pathlib import Path

import pytest

from ductape_jobs import Client, ClientOptions, Retry, Tls
from ductape_jobs._channel import channel_credentials
from ductape_jobs.options import changed, default_address, is_local


@pytest.mark.parametrize(
    "address",
    [
        "localhost:7420",
        "127.0.0.1:1",
        "127.9.8.7:1",
        "[::1]:1",
        "unix:/run/x",
        "dns:///localhost:1",
    ],
)
def test_addresses_of_this_machine(address: str) -> None:
    assert is_local(address)


@pytest.mark.parametrize(
    "address",
    ["jobs:7420", "127.example.com:1", "127.0.0.1.example.com:1", "10.0.0.1:1", "[::2]:1"],
)
def test_a_token_is_not_sent_beyond_this_machine_in_plaintext(address: str) -> None:
    assert not is_local(address)
    with pytest.raises(ValueError, match="plaintext"):
        ClientOptions(address=address, token="secret")
    ClientOptions(address=address, token="secret", tls=Tls())


def test_a_token_goes_with_every_call_and_into_no_text() -> None:
    options = ClientOptions(token="secret", metadata=(("a", "b"),))
    assert options.call_metadata() == (("authorization", "Bearer secret"), ("a", "b"))
    assert "secret" not in repr(options)
    assert ClientOptions().call_metadata() == ()


def test_the_address_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUCTAPE_JOBS_ADDRESS", raising=False)
    assert default_address() == "localhost:7420"
    monkeypatch.setenv("DUCTAPE_JOBS_ADDRESS", "127.0.0.1:5")
    with Client() as client:
        assert client.options.address == "127.0.0.1:5"
    with Client("localhost:6") as client:
        assert client.options.address == "localhost:6"
    with pytest.raises(ValueError, match="empty"):
        Client("")


def test_other_options_on_the_same_connection() -> None:
    with Client("localhost:1", product="a", timeout=3.0) as client:
        other = client.with_options(product="b", retry=Retry(max_attempts=1))
        assert other.channel is client.channel
        assert (other.options.product, other.options.timeout) == ("b", 3.0)
        assert other.options.retry.max_attempts == 1
        assert client.options.product == "a"


def test_an_option_can_be_set_back_to_nothing() -> None:
    options = ClientOptions(product="a", metadata=(("k", "v"),))
    new = changed(options, product="", timeout=None, retry=None, metadata=[])
    assert (new.product, new.metadata, new.timeout) == ("", (), 30.0)


def make_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key, cert = folder / f"{name}.key", folder / f"{name}.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    files = ["-keyout", str(key), "-out", str(cert), "-subj", "/CN=localhost"]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    return cert, key


def test_files_of_tls_are_looked_at(tmp_path: Path) -> None:
    cert, key = make_certificate(tmp_path, "one")
    _, other_key = make_certificate(tmp_path, "other")
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("no certificate\n")
    channel_credentials(Tls(ca_file=cert, cert_file=cert, key_file=str(key)))
    with pytest.raises(ValueError, match="no usable PEM"):
        channel_credentials(Tls(cert_file=cert, key_file=other_key))
    with pytest.raises(ValueError, match="no usable PEM"):
        channel_credentials(Tls(ca_file=nothing))
    with pytest.raises(FileNotFoundError):
        Client("localhost:1", tls=Tls(ca_file=tmp_path / "absent.pem"))
    with pytest.raises(ValueError, match="set both"):
        Tls(cert_file=cert)


def test_a_key_with_a_password_is_refused(tmp_path: Path) -> None:
    cert, key = make_certificate(tmp_path, "one")
    locked = tmp_path / "locked.key"
    command = [
        "openssl",
        "pkey",
        "-in",
        str(key),
        "-aes256",
        "-passout",
        "pass:x",
        "-out",
        str(locked),
    ]
    subprocess.run(command, check=True, capture_output=True)
    with pytest.raises(ValueError, match="password"):
        channel_credentials(Tls(cert_file=cert, key_file=locked))
