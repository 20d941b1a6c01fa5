#include "client/cpp/internal/in_flight_list.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace ductape::jobs::internal {
namespace {

v1::RunRef RefOf(int number) {
  v1::RunRef run;
  run.set_run_id(absl::StrCat("0000000000208-", 1'000'000 + number));
  run.set_token(7);
  return run;
}

TEST(InFlightListTest, NamesWhatItIsGiven) {
  v1::Hello hello;
  InFlightList list(&hello);
  EXPECT_TRUE(list.Add(RefOf(1)));
  EXPECT_TRUE(list.Add(RefOf(2)));
  ASSERT_EQ(hello.in_flight_size(), 2);
  EXPECT_EQ(hello.in_flight(1).run_id(), RefOf(2).run_id());
  EXPECT_EQ(hello.in_flight(1).token(), 7);
}

TEST(InFlightListTest, StopsAtWhatTheServerReads) {
  v1::Hello hello;
  InFlightList list(&hello);
  int added = 0;
  for (int i = 0; i < 100'000; ++i) added += list.Add(RefOf(i)) ? 1 : 0;
  EXPECT_EQ(hello.in_flight_size(), added);
  EXPECT_GT(added, 25'000) << "as worker.h says";
  EXPECT_LE(hello.ByteSizeLong(), InFlightList::kMaxBytes);
  EXPECT_GT(hello.ByteSizeLong(), InFlightList::kMaxBytes - 100);
}

}  // namespace
}  // namespace ductape::jobs::internal
