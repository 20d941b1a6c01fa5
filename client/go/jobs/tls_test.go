package jobs_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/ductape/ductape-jobs/client/go/jobs"
)

// certificate writes a self-signed certificate, which serves as authority, server and client, and its key.
func certificate(t *testing.T, name string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	cert, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestTLSFilesThatCannotBeUsed(t *testing.T) {
	cert, key := certificate(t, "localhost")
	_, otherKey := certificate(t, "localhost")
	for name, files := range map[string]jobs.TLSFiles{
		"no such file":            {CA: "/nowhere.pem"},
		"an authority that is no": {CA: key},
		"a certificate alone":     {Cert: cert},
		"a key alone":             {Key: key},
		"another's key":           {Cert: cert, Key: otherKey},
	} {
		if _, err := files.Config(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := (jobs.TLSFiles{CA: "/nowhere.pem"}).Config(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := (jobs.TLSFiles{CA: cert, Cert: cert, Key: key}).Config(); err != nil {
		t.Errorf("refused: %v", err)
	}
}

func TestLiveMutualTLS(t *testing.T) {
	cert, key := certificate(t, "jobs.internal")
	otherCert, otherKey := certificate(t, "jobs.internal")
	server, err := startServer(t.TempDir(), "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key, "--tls-client-ca", cert)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.stop(syscall.SIGTERM) }()
	for _, test := range []struct {
		name  string
		files jobs.TLSFiles
		want  error
	}{
		{"as it should be", jobs.TLSFiles{CA: cert, Cert: cert, Key: key, ServerName: "jobs.internal"}, nil},
		{"another name", jobs.TLSFiles{CA: cert, Cert: cert, Key: key, ServerName: "other.internal"}, jobs.ErrUnavailable},
		{"an authority that did not sign", jobs.TLSFiles{CA: otherCert, Cert: cert, Key: key}, jobs.ErrUnavailable},
		{"no certificate", jobs.TLSFiles{CA: cert}, jobs.ErrUnavailable},
		{"a certificate of another", jobs.TLSFiles{CA: cert, Cert: otherCert, Key: otherKey}, jobs.ErrUnavailable},
	} {
		config, err := test.files.Config()
		if err != nil {
			t.Fatal(err)
		}
		client := newClient(t, server.address, jobs.WithTLS(config), jobs.WithRetryPolicy(jobs.RetryPolicy{}))
		if _, err := client.GetServerInfo(t.Context()); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v", test.name, err)
		}
	}
	plain := newClient(t, server.address, jobs.WithRetryPolicy(jobs.RetryPolicy{}))
	if _, err := plain.GetServerInfo(t.Context()); !errors.Is(err, jobs.ErrUnavailable) {
		t.Errorf("plaintext: got %v", err)
	}
}
