#include "client/jobctl/apply/prune.h"

#include "client/jobctl/apply/apply_resource.h"
#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Job;

Resource Labelled(const std::map<std::string, std::string>& labels) {
  Job job;
  job.set_product("p");
  job.set_tag("j");
  job.mutable_labels()->insert(labels.begin(), labels.end());
  return job;
}

TEST(PruneTest, OnlyWhatCarriesAllLabelsInTheProductsAndIsNotKept) {
  const Resource job = Labelled({{"app", "a"}, {"by", "me"}, {"more", ""}});
  PruneScope scope{.labels = {{"app", "a"}, {"by", "me"}}, .products = {"p"}, .kept = {}};
  EXPECT_TRUE(IsToPrune(job, scope));
  EXPECT_FALSE(IsToPrune(Labelled({{"app", "a"}}), scope));
  EXPECT_FALSE(IsToPrune(Labelled({{"app", "b"}, {"by", "me"}}), scope));
  EXPECT_FALSE(IsToPrune(Labelled({}), scope));
  scope.products = {"q"};
  EXPECT_FALSE(IsToPrune(job, scope));
  scope.products = {"p"};
  scope.kept = {KeyOf(job)};
  EXPECT_FALSE(IsToPrune(job, scope));
}

TEST(PruneTest, NothingWithoutALabel) {
  EXPECT_FALSE(IsToPrune(Labelled({{"app", "a"}}), {.labels = {}, .products = {"p"}, .kept = {}}));
}

}  // namespace
}  // namespace jobctl
