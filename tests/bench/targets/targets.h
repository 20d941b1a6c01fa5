#ifndef TESTS_BENCH_TARGETS_TARGETS_H_
#define TESTS_BENCH_TARGETS_TARGETS_H_

#include <string>

#include "tests/bench/load/flags.h"

// Targets of events under measurement, each a command of the program bench_targets. They print one line of
// JSON on stdout and return the exit code.
namespace bench {

// Starts a real server of this kind on loopback, ready to be sent to: postgresql (with a table `bench`),
// redis, nats, rabbitmq (with a queue `bench`), kafka, smtp. Prints its `port` and, where there is one, the
// `password` that it takes, and ends it when stdin is closed.
int Serve(const std::string& kind);

// Messages of 200 bytes to a NATS server from one connection of NATS's own library, each counted when the
// server has answered a ping behind it: --port P --seconds S.
int LimitNats(Flags* flags);

// Persistent messages of 200 bytes to the durable queue `bench` of a RabbitMQ from one connection of its own
// library, each counted when it is confirmed; 1,000 wait at most: --port P --seconds S.
int LimitRabbitmq(Flags* flags);

}  // namespace bench

#endif  // TESTS_BENCH_TARGETS_TARGETS_H_
