package jobs

import (
	"net"
	"net/netip"
	"os"
	"strings"
)

// addressOf is the address to call where the caller named this one.
func addressOf(address string) string {
	if address != "" {
		return address
	}
	if address = os.Getenv(addressEnv); address != "" {
		return address
	}
	return defaultAddress
}

// isLocal says whether address names this machine: a unix socket, localhost, 127.0.0.0/8 or [::1].
func isLocal(address string) bool {
	for _, scheme := range []string{"dns:///", "passthrough:///", "dns:"} {
		if rest, ok := strings.CutPrefix(address, scheme); ok {
			address = rest
			break
		}
	}
	if strings.HasPrefix(address, "unix:") || strings.HasPrefix(address, "unix-abstract:") {
		return true
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
