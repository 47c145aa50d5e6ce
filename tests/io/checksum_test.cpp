#include <reprtune/io/checksum.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

std::string checksum_of(std::string_view bytes) {
  Checksum checksum;
  checksum.add(bytes);
  return checksum.hex();
}

// What the reference program prints: printf abc | xxhsum -H64
TEST(Checksum, IsXxh64) {
  EXPECT_EQ(checksum_of(""), "ef46db3751d8e999");
  EXPECT_EQ(checksum_of("a"), "d24ec4f1a98c6e5b");
  EXPECT_EQ(checksum_of("abc"), "44bc2cf5ad770999");
  EXPECT_EQ(checksum_of("Nobody inspects the spammish repetition"), "fbcea83c8a378bf1");
}

TEST(Checksum, DoesNotDependOnThePieces) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) bytes += static_cast<char>(i * 7);
  for (const std::size_t piece : {1u, 3u, 31u, 32u, 33u, 100u}) {
    Checksum checksum;
    for (std::size_t i = 0; i < bytes.size(); i += piece)
      checksum.add(std::string_view(bytes).substr(i, piece));
    EXPECT_EQ(checksum.hex(), checksum_of(bytes)) << piece;
  }
  std::string other = bytes;
  other[250] ^= 1;
  EXPECT_NE(checksum_of(other), checksum_of(bytes));
}

}  // namespace
}  // namespace reprtune
