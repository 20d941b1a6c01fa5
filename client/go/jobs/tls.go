package jobs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// TLSFiles names the PEM files of a TLS configuration.
type TLSFiles struct {
	// CA holds the certificate authorities to trust. Empty: the system's.
	CA string
	// Cert and Key are the client's own certificate, with its chain, and key, for servers that ask for one. Both or none.
	Cert string
	Key  string
	// ServerName is the name that the server's certificate must carry, where it differs from the host called.
	ServerName string
}

// Config reads the files, for [WithTLS]. It fails if a file cannot be read (the error is an [*os.PathError]), if it holds no
// certificate or no key, if the key is not the certificate's, and if only one of Cert and Key is set. The client's certificate is
// read again with each new connection, so that one that was renewed is used.
func (f TLSFiles) Config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: f.ServerName}
	if f.CA != "" {
		pem, err := os.ReadFile(f.CA)
		if err != nil {
			return nil, fmt.Errorf("jobs: certificate authorities: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("jobs: %s holds no certificate in PEM", f.CA)
		}
	}
	if (f.Cert == "") != (f.Key == "") {
		return nil, errors.New("jobs: a client certificate and its key go together: set both")
	}
	if f.Cert == "" {
		return config, nil
	}
	if _, err := f.clientCertificate(nil); err != nil {
		return nil, err
	}
	config.GetClientCertificate = f.clientCertificate
	return config, nil
}

func (f TLSFiles) clientCertificate(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	certificate, err := tls.LoadX509KeyPair(f.Cert, f.Key)
	if err != nil {
		return nil, fmt.Errorf("jobs: client certificate: %w", err)
	}
	return &certificate, nil
}
