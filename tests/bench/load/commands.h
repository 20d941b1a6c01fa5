#ifndef TESTS_BENCH_LOAD_COMMANDS_H_
#define TESTS_BENCH_LOAD_COMMANDS_H_

#include "tests/bench/load/flags.h"

// The loads, each a command of the program bench_load. All but RunTarget take the
// `--address HOST:PORT` of a server. They print one line of JSON on stdout and return the exit
// code.
namespace bench {

// Recurring jobs completed by workers:
// --jobs N --interval-ms I --seconds S --warm-up S --streams N --server-pid PID.
int RunFires(Flags* flags);

// The same to an HTTP server in this process.
int RunHttp(Flags* flags);

// That HTTP server alone, for others to call: --seconds S. Prints its port when it listens.
int RunTarget(Flags* flags);

// Many jobs due in one millisecond: --jobs N --rounds N --lead-ms MS.
int RunBurst(Flags* flags);

// Idle jobs: --jobs N --batch N (1: unary) --in-flight N --seconds S (0: until all are there)
// --interval-ms I --start-in-ms MS; --once-in-ms MS: jobs of one run each instead, all due then.
// --event TAG: of an event that is there; --prefix P: of their tags, 6 characters.
int RunCreate(Flags* flags);

// Waits for the first delivery of a server that may not be there yet: --timeout S.
int RunFirst(Flags* flags);

}  // namespace bench

#endif  // TESTS_BENCH_LOAD_COMMANDS_H_
