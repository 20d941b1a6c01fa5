use std::path::{Path, PathBuf};
use std::process::Command;

use ductape_jobs::{Client, Code, RetryOptions, Tls};

use crate::server::{new_folder, Server};

/// A certificate of its own authority for localhost, and its key, by openssl.
fn certificate(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    let (cert, key) = (
        folder.join(format!("{name}.pem")),
        folder.join(format!("{name}.key")),
    );
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ])
        .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&cert)
        .output()
        .expect("openssl is installed");
    assert!(made.status.success(), "{made:?}");
    (cert, key)
}

fn start(folder: PathBuf, cert: &Path, key: &Path, client_ca: Option<&Path>) -> Server {
    let text = |path: &Path| path.display().to_string();
    let mut arguments = vec![
        "--tls-cert".into(),
        text(cert),
        "--tls-key".into(),
        text(key),
    ];
    if let Some(ca) = client_ca {
        arguments.extend(["--tls-client-ca".into(), text(ca)]);
    }
    Server::start_with(folder, &arguments)
}

fn client(server: &Server, tls: Tls) -> Client {
    let builder = Client::builder()
        .address(&server.address)
        .retry(RetryOptions::none());
    builder.tls(tls).bearer_token("a token").build().unwrap()
}

#[tokio::test]
#[ignore = "needs a server"]
async fn tls_trusts_whom_it_is_told_to() {
    let folder = new_folder();
    let (cert, key) = certificate(&folder, "server");
    let (other, _) = certificate(&folder, "other");
    let server = start(folder, &cert, &key, None);

    client(&server, Tls::new().ca_file(&cert))
        .server_info()
        .await
        .unwrap();
    let named = Tls::new().ca_file(&cert).server_name("localhost");
    client(&server, named).server_info().await.unwrap();
    for distrusted in [
        Tls::new().ca_file(&other),
        Tls::new().ca_file(&cert).server_name("example.com"),
        Tls::new(),
    ] {
        let error = client(&server, distrusted).server_info().await.unwrap_err();
        assert_eq!(error.code(), Code::Unavailable, "{error}");
    }
}

#[tokio::test]
#[ignore = "needs a server"]
async fn mtls_shows_a_certificate() {
    let folder = new_folder();
    let (cert, key) = certificate(&folder, "server");
    let (own, own_key) = certificate(&folder, "client");
    let server = start(folder, &cert, &key, Some(&own));

    let tls = Tls::new().ca_file(&cert);
    client(&server, tls.clone().identity(&own, &own_key))
        .server_info()
        .await
        .unwrap();
    let error = client(&server, tls).server_info().await.unwrap_err();
    assert_eq!(error.code(), Code::Unavailable, "{error}");
}

#[tokio::test]
#[ignore = "needs openssl"]
async fn files_that_cannot_be_used_are_named() {
    let folder = new_folder();
    let (cert, key) = certificate(&folder, "one");
    let (_, other_key) = certificate(&folder, "other");
    let error = |tls: Tls| Client::builder().tls(tls).build().unwrap_err();

    let missing = error(Tls::new().ca_file(folder.join("none.pem")));
    assert_eq!(missing.code(), Code::NotFound);
    assert!(missing.to_string().contains("none.pem"), "{missing}");
    let no_certificate = error(Tls::new().ca_file(&key));
    assert!(
        no_certificate.to_string().contains("no PEM certificate"),
        "{no_certificate}"
    );
    let no_key = error(Tls::new().identity(&cert, &cert));
    assert!(no_key.to_string().contains("no PEM key"), "{no_key}");
    let mismatch = error(Tls::new().identity(&cert, &other_key));
    assert_eq!(mismatch.code(), Code::InvalidArgument, "{mismatch}");
    std::fs::remove_dir_all(folder).unwrap();
}
