#ifndef TESTS_BENCH_LIMITS_LIMITS_H_
#define TESTS_BENCH_LIMITS_LIMITS_H_

#include "tests/bench/load/flags.h"

// What the parts can do without a scheduler around them, each a command of the program
// bench_limits. All print one line of JSON on stdout and return the exit code.
namespace bench {

// Appends to a file, each synced: --dir DIR --bytes N --seconds S --rate N (a second; 0: flat out).
int LimitAppend(Flags* flags);

// A bidirectional stream with a worker's messages, client and server in this process:
// --batch N (runs a message) --streams N --seconds S --rate N (runs a second; 0: flat out).
int LimitStream(Flags* flags);

// Calls with the messages of a create, client and server in this process:
// --batch N (jobs a call; 1: CreateJob) --in-flight N --channels N --seconds S.
int LimitUnary(Flags* flags);

// Requests over kept connections to the HTTP server that the load uses, from raw sockets:
// --connections N --seconds S.
int LimitHttp(Flags* flags);

}  // namespace bench

#endif  // TESTS_BENCH_LIMITS_LIMITS_H_
