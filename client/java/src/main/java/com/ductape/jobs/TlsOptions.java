package com.ductape.jobs;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS towards the server. Immutable: each method returns options that differ in one thing. Files
 * are PEM and are read when the client is built.
 */
public final class TlsOptions {
  private final Path caFile;
  private final Path certificateFile;
  private final Path keyFile;
  private final String serverName;

  private TlsOptions(Path caFile, Path certificateFile, Path keyFile, String serverName) {
    this.caFile = caFile;
    this.certificateFile = certificateFile;
    this.keyFile = keyFile;
    this.serverName = serverName;
  }

  /** {@return TLS that trusts the authorities which this Java trusts} */
  public static TlsOptions systemTrust() {
    return new TlsOptions(null, null, null, null);
  }

  /**
   * {@return TLS that trusts the authorities in a file, and no others}
   *
   * @param caFile certificates
   */
  public static TlsOptions trusting(Path caFile) {
    return new TlsOptions(caFile, null, null, null);
  }

  /**
   * {@return the same with a certificate of the client, for servers that ask for one (mTLS)}
   *
   * @param certificateFile the certificate and its chain
   * @param keyFile its private key, PKCS #8 without a password
   */
  public TlsOptions clientCertificate(Path certificateFile, Path keyFile) {
    return new TlsOptions(caFile, certificateFile, keyFile, serverName);
  }

  /**
   * {@return the same, expecting another name in the server's certificate than the host called}
   *
   * @param serverName the name
   */
  public TlsOptions serverName(String serverName) {
    return new TlsOptions(caFile, certificateFile, keyFile, serverName);
  }

  Optional<String> serverName() {
    return Optional.ofNullable(serverName);
  }

  ChannelCredentials credentials() {
    TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
    try {
      if (caFile != null) {
        credentials.trustManager(caFile.toFile());
      }
      if (certificateFile != null) {
        credentials.keyManager(certificateFile.toFile(), keyFile.toFile());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what TLS needs: " + e.getMessage(), e);
    }
    return credentials.build();
  }
}
