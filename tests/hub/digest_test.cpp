#include "digest.h"

#include "../model/error_of.h"
#include "../model/temporary_folder.h"

#include <string>

namespace reprtune {
namespace {

// printf hello | sha256sum; printf hello | git hash-object --stdin
constexpr const char* kSha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
constexpr const char* kGitName = "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0";

TEST(Digest, IsOfTheSortThatTheEtagIs) {
  const TemporaryFolder folder;
  const auto file = folder.write("hello", "hello");
  EXPECT_EQ(digest_like(std::string(64, '0'), file, nullptr), kSha256);
  EXPECT_EQ(digest_like(std::string(40, 'a'), file, nullptr), kGitName);
  EXPECT_EQ(digest_like(std::string(32, 'a'), file, nullptr), std::nullopt);
  EXPECT_EQ(digest_like(std::string(64, 'x'), file, nullptr), std::nullopt);
}

TEST(Digest, ReadsFilesOfManyBlocks) {
  const TemporaryFolder folder;
  const auto file = folder.write("zeros", std::string(3'000'001, '\0'));
  int ticks = 0;
  // head -c 3000001 /dev/zero | git hash-object --stdin
  EXPECT_EQ(digest_like(std::string(40, '0'), file, [&ticks] { ++ticks; }),
            "d40de9bdb701d43097bfd6a60634467e8f081519");
  EXPECT_EQ(ticks, 3);
  EXPECT_TRUE(error_of(ErrorKind::runtime, [&] {
                digest_like(kSha256, folder / "gone", nullptr);
              }).starts_with((folder / "gone").string()));
}

TEST(Digest, NamesOfEtags) {
  EXPECT_EQ(etag_name("\"abc-1\""), "abc-1");
  EXPECT_EQ(etag_name("W/\"abc\""), "abc");
  EXPECT_EQ(etag_name("abc"), "abc");
  for (const char* bad : {"", "\"\"", "\"../x\"", "a/b", "..", "\"a", "a b", "W/"})
    EXPECT_EQ(etag_name(bad), "") << bad;
  EXPECT_EQ(etag_name(std::string(300, 'a')), "");
}

}  // namespace
}  // namespace reprtune
