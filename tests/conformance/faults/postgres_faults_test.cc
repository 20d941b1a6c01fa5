#include "tests/conformance/faults/sql_faults.h"

namespace conformance {
namespace {

struct Postgres {
  using Server = support::PostgresServer;
  static constexpr const char* kKind = "postgres";
  static constexpr auto kEngine = scheduler::core::SqlSettings::Engine::kPostgresql;
  static constexpr const char* kDatabase = "postgres";
  static constexpr const char* kUser = "postgres";
  static constexpr const char* kOversize =
      "select repeat('x', 1000) as text from generate_series(1, 20000)";
};

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FaultSuite);
INSTANTIATE_TEST_SUITE_P(Postgres, FaultSuite, testing::ValuesIn(SqlFaultBenches<Postgres>()));

}  // namespace
}  // namespace conformance
