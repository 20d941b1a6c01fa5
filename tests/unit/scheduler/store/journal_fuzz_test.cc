#include <string>

#include "gtest/gtest.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/journal_codec.h"
#include "scheduler/store/rows.h"
#include "tests/support/store/samples.h"

// Damaged bytes are refused or read as something else, and never crash: a small deterministic
// mutation fuzz over all decoders (tests/fuzz has the long one).
namespace scheduler::store {
namespace {

std::string Mutate(std::string bytes, tests::Random* random) {
  for (uint64_t n = 1 + random->Below(4); n > 0 && !bytes.empty(); --n) {
    const size_t at = random->Below(bytes.size());
    switch (random->Below(5)) {
      case 0:
        bytes[at] = static_cast<char>(random->Below(256));
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random->Below(8)));
        break;
      case 2:
        bytes.resize(at);
        break;
      case 3:
        bytes.insert(at, bytes.substr(random->Below(bytes.size()), random->Below(20)));
        break;
      default:
        bytes.erase(at, random->Below(20));
    }
  }
  return bytes;
}

void DecodeAll(std::string_view bytes) {
  const absl::Status expected[] = {
      DecodeEntry(bytes).status(),
      DecodeJob(bytes).status(),
      DecodeEvent(bytes).status(),
      DecodeRequest(bytes).status(),
      DecodeDeletedJob(bytes).status(),
      DecodeSealedRun({1, 1}, bytes).status(),
      DecodeRetentionFacts(bytes).status(),
      ReadCheckpoint(bytes, [](core::JobSnapshot) { return absl::OkStatus(); }).status()};
  for (const absl::Status& status : expected) {
    EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kDataLoss ||
                status.code() == absl::StatusCode::kFailedPrecondition)
        << status;
  }
}

std::string Sample(tests::Random* random) {
  switch (random->Below(5)) {
    case 0: {
      const core::Transitions transitions = tests::RandomTransitions(random, random->Below(30));
      const core::Transitions* part = &transitions;
      std::string bytes;
      EncodeEntry(1, 1'764'000'000'000, {&part, 1}, &bytes);
      return bytes;
    }
    case 1: {
      CheckpointWriter writer(9, 9);
      for (uint64_t n = random->Below(4); n > 0; --n) writer.Add(tests::RandomSnapshot(random));
      return std::move(writer).Finish();
    }
    case 2:
      return Seal(tests::RandomTerminalRun(random)).body;
    case 3:
      return EncodeEvent(tests::RandomEvent(random));
    default: {
      core::Job job;
      job.spec = tests::RandomSpec(random);
      return EncodeJob(job);
    }
  }
}

TEST(StoreFuzzTest, DamagedBytesNeverCrash) {
  tests::Random random(2026);
  for (int i = 0; i < 3000; ++i) {
    const std::string sample = Sample(&random);
    for (int j = 0; j < 5; ++j) DecodeAll(Mutate(sample, &random));
  }
}

TEST(StoreFuzzTest, NoiseNeverCrashes) {
  tests::Random random(4711);
  for (int i = 0; i < 5000; ++i) {
    std::string noise(random.Below(200), '\0');
    for (char& c : noise) c = static_cast<char>(random.Next());
    DecodeAll(noise);
  }
}

TEST(StoreFuzzTest, EveryCutIsRefusedOrShorter) {
  tests::Random random(1);
  CheckpointWriter writer(1, 1);
  for (int i = 0; i < 5; ++i) writer.Add(tests::RandomSnapshot(&random));
  const std::string checkpoint = std::move(writer).Finish();
  for (size_t size = 0; size < checkpoint.size(); ++size) {
    const absl::StatusOr<CheckpointHeader> header =
        ReadCheckpoint(std::string_view(checkpoint).substr(0, size),
                       [](core::JobSnapshot) { return absl::OkStatus(); });
    // The count of jobs comes last, so that no cut passes, but for one before any job.
    EXPECT_TRUE(!header.ok() || size < 20) << size;
  }
}

}  // namespace
}  // namespace scheduler::store
