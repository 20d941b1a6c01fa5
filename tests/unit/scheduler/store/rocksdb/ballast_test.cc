#include "scheduler/store/rocksdb/ballast.h"

#include <filesystem>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace scheduler::store {
namespace {

constexpr int64_t kBytes = 1 << 20;

class BallastTest : public testing::Test {
 protected:
  const tests::TempDir dir_{tests::TempDir::Kind::kFast};
  const std::string file_ = dir_.path() + "/ballast";
};

TEST_F(BallastTest, SpaceIsTakenUpWhereThereIsEnough) {
  Ballast ballast(file_, kBytes);
  ballast.Restore(4 * kBytes - 1);
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_FALSE(ballast.Drop());
  ballast.Restore(4 * kBytes);
  EXPECT_EQ(std::filesystem::file_size(file_), uint64_t{kBytes});
}

TEST_F(BallastTest, ItIsGivenBackOnceAndTakenUpAgain) {
  Ballast ballast(file_, kBytes);
  ballast.Restore(4 * kBytes);
  EXPECT_TRUE(ballast.Drop());
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_FALSE(ballast.Drop());
  ballast.Restore(4 * kBytes);
  EXPECT_TRUE(std::filesystem::exists(file_));
}

TEST_F(BallastTest, WhatAnEarlierProcessLeftCanBeGivenBack) {
  Ballast(file_, kBytes).Restore(4 * kBytes);
  EXPECT_TRUE(Ballast(file_, kBytes).Drop());
}

TEST_F(BallastTest, NoneWhereNoneIsWanted) {
  Ballast ballast(file_, 0);
  ballast.Restore(kBytes);
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_FALSE(ballast.Drop());
}

}  // namespace
}  // namespace scheduler::store
