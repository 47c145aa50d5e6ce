#include "text_spool.h"

#include <reprtune/io/error.h>

#include <csignal>
#include <string>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace reprtune {
namespace {

/// A sink that keeps what it is given.
class Kept : public ByteSink {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  void write_at(std::size_t, std::string_view) override {}
  bool seekable() const override { return false; }
  void flush() override {}
  void commit() override {}

  std::string text;
};

TEST(TextSpool, GivesBackWhatWasSetAside) {
  TextSpool spool;
  Kept nothing;
  spool.copy_to(nothing);
  EXPECT_EQ(nothing.text, "");
  std::string all;
  for (int i = 0; i < 50'000; ++i) {  // many times what is copied at once
    const std::string line = std::to_string(i) + std::string(1, '\0') + "\n";
    spool.write(line);
    all += line;
  }
  Kept sink;
  spool.copy_to(sink);
  EXPECT_TRUE(sink.text == all);
}

TEST(TextSpool, AFullDiskIsSaid) {
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small = {1 << 16, before.rlim_max};
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  std::string message;
  try {
    TextSpool spool;
    spool.write(std::string(1 << 20, 'x'));
  } catch (const Error& error) {
    message = error.what();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  EXPECT_EQ(message, "temporary file: could not be written: File too large");
}

}  // namespace
}  // namespace reprtune
