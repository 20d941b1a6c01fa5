// A Pub/Sub service in memory, Google's own for tests (pstest), with a side port that makes topics and shows what
// was published.
//
// Usage: pubsub-server GRPC_PORT     (0: any)
// Prints `READY grpc=HOST:PORT http=PORT`. On the side port:
//
//	POST /topics/PROJECT/ID   makes a topic
//	GET /messages             the messages as JSON, in the order of their ids
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
)

type message struct {
	Topic       string            `json:"topic"`
	ID          string            `json:"id"`
	Data        string            `json:"data"`
	OrderingKey string            `json:"ordering_key"`
	Attributes  map[string]string `json:"attributes"`
}

func main() {
	port, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	server := pstest.NewServerWithPort(port)
	http.HandleFunc("/topics/{project}/{id}", func(w http.ResponseWriter, r *http.Request) {
		name := "projects/" + r.PathValue("project") + "/topics/" + r.PathValue("id")
		if _, err := server.GServer.CreateTopic(context.Background(), &pubsubpb.Topic{Name: name}); err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
		}
	})
	http.HandleFunc("/messages", func(w http.ResponseWriter, r *http.Request) {
		messages := []message{}
		for _, m := range server.Messages() {
			messages = append(messages, message{m.Topic, m.ID, string(m.Data), m.OrderingKey, m.Attributes})
		}
		json.NewEncoder(w).Encode(messages)
	})
	side, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("READY grpc=%s http=%d\n", server.Addr, side.Addr().(*net.TCPAddr).Port)
	http.Serve(side, nil)
}
