#include "tests/conformance/faults/sql_faults.h"

namespace conformance {
namespace {

struct Mariadb {
  using Server = support::MariadbServer;
  static constexpr const char* kKind = "mariadb";
  static constexpr auto kEngine = scheduler::core::SqlSettings::Engine::kMysql;
  static constexpr const char* kDatabase = "test";
  static constexpr const char* kUser = "root";
  static constexpr const char* kOversize = "select repeat('x', 1000) as text from seq_1_to_20000";
};

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FaultSuite);
INSTANTIATE_TEST_SUITE_P(Mariadb, FaultSuite, testing::ValuesIn(SqlFaultBenches<Mariadb>()));

}  // namespace
}  // namespace conformance
