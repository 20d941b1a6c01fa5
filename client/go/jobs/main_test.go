package jobs_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// serverEnv names the program of the server, which the tests named TestLive… and the examples that call it need.
const serverEnv = "DUCTAPE_JOBSD"

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	flag.Parse()
	if os.Getenv(serverEnv) == "" {
		fmt.Fprintf(os.Stderr, "%s does not name the server: what needs it is left out\n", serverEnv)
		if err := flag.Set("test.skip", "^(TestLive|ExampleNewClient|ExampleClient|ExampleWorker|ExampleError)"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}
	folder, err := os.MkdirTemp("", "ductape-jobs-go")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	server, err := startServer(folder, "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = server.stop(syscall.SIGTERM) }()
	if err := os.Setenv("DUCTAPE_JOBS_ADDRESS", server.address); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// server is a ductape-jobsd of the test's own.
type server struct {
	command *exec.Cmd
	address string
}

// startServer answers when the server is ready.
func startServer(folder, listen string, more ...string) (*server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	arguments := append([]string{"--data-dir", folder + "/data", "--listen", listen, "--http-listen", "off", "--disk-reserve", "0"}, more...)
	command := exec.Command(os.Getenv(serverEnv), arguments...)
	var log strings.Builder
	command.Stderr = &log
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	s := &server{command: command}
	ready := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		ready <- line
	}()
	select {
	case line := <-ready:
		if _, err := fmt.Sscanf(line, "ready grpc=%s", &s.address); err == nil {
			return s, nil
		}
	case <-ctx.Done():
	}
	_ = s.stop(syscall.SIGKILL)
	return nil, errors.New("the server did not become ready: " + log.String())
}

// stop ends it and waits until it is gone.
func (s *server) stop(signal syscall.Signal) error {
	if err := s.command.Process.Signal(signal); err != nil {
		return err
	}
	return s.command.Wait()
}
