#include "scheduler/base/log_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <optional>
#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace scheduler::base {
namespace {

std::string Dropped(int64_t count) { return "dropped " + std::to_string(count) + "\n"; }

// A writer into a pipe of which a test reads when it likes.
class LogWriterTest : public testing::Test {
 protected:
  LogWriterTest() {
    EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0);
    writer_.emplace(ends_[1], Dropped);
  }
  ~LogWriterTest() override {
    if (ends_[0] >= 0) close(ends_[0]);
    writer_.reset();
    close(ends_[1]);
  }

  // Reads until what was read ends so.
  std::string ReadUntil(const std::string& end) const {
    std::string text;
    char buffer[4096];
    while (!text.ends_with(end)) {
      const ssize_t size = read(ends_[0], buffer, sizeof(buffer));
      if (size <= 0) break;
      text.append(buffer, static_cast<size_t>(size));
    }
    return text;
  }

  const SystemClock clock_;
  int ends_[2] = {-1, -1};
  std::optional<LogWriter> writer_;
};

TEST_F(LogWriterTest, WritesInOrder) {
  for (const char* line : {"a\n", "b\n", "c\n"}) writer_->Write(line);
  EXPECT_TRUE(writer_->Flush(kMinute, clock_));
  EXPECT_EQ(ReadUntil("c\n"), "a\nb\nc\n");
}

TEST_F(LogWriterTest, NobodyWaitsForAReaderAndTheOldestLinesGo) {
  const std::string line(1023, 'x');
  constexpr int kLines = 4096;  // 4 MiB: more than the pipe and the queue hold
  for (int i = 0; i < kLines; ++i) writer_->Write(line + "\n");
  writer_->Write("the last\n");
  EXPECT_FALSE(writer_->Flush(1, clock_));
  std::istringstream text(ReadUntil("the last\n"));
  int written = 0;
  int dropped = 0;
  std::string got;
  while (std::getline(text, got) && got != "the last") {
    if (got == line) {
      ++written;
    } else {
      ASSERT_EQ(got.substr(0, 8), "dropped ");
      dropped += std::stoi(got.substr(8));
    }
  }
  EXPECT_EQ(got, "the last");
  EXPECT_EQ(written + dropped, kLines);
  EXPECT_GE(written, static_cast<int>(LogWriter::kMaxBytes / 1024) - 1);
}

TEST_F(LogWriterTest, WhatADescriptorRefusesIsLostAndNotWaitedFor) {
  close(ends_[0]);
  ends_[0] = -1;  // now writing fails, and SIGPIPE ends nobody
  for (int i = 0; i < 10; ++i) writer_->Write("a\n");
  EXPECT_TRUE(writer_->Flush(kMinute, clock_));
}

TEST_F(LogWriterTest, WhatWasLostIsToldOnceItCanBe) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  const int own = dup(ends_[1]);
  dup2(full, ends_[1]);
  for (int i = 0; i < 7; ++i) writer_->Write("lost\n");
  EXPECT_TRUE(writer_->Flush(kMinute, clock_));
  dup2(own, ends_[1]);
  writer_->Write("kept\n");
  EXPECT_TRUE(writer_->Flush(kMinute, clock_));
  EXPECT_EQ(ReadUntil("kept\n"), "dropped 7\nkept\n");
  close(full);
  close(own);
}

TEST_F(LogWriterTest, ADescriptorThatDoesNotBlockLosesNothing) {
  fcntl(ends_[1], F_SETFL, O_NONBLOCK);
  const std::string line(1023, 'x');
  for (int i = 0; i < 200; ++i) writer_->Write(line + "\n");
  writer_->Write("the last\n");
  EXPECT_EQ(ReadUntil("the last\n").size(), 200 * 1024 + 9);
}

}  // namespace
}  // namespace scheduler::base
