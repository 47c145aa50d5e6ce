#include <reprtune/io/crc32c.h>
#include <reprtune/train/tensorboard_event.h>

#include <bit>
#include <cstring>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

template <typename T>
T read_at(const std::string& bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::uint32_t unmasked(std::uint32_t masked) {
  const std::uint32_t rotated = masked - 0xA282EAD8U;
  return rotated >> 17 | rotated << 15;
}

/// The message of a record whose two checksums are right.
std::string message_of(const std::string& record) {
  const auto length = read_at<std::uint64_t>(record, 0);
  EXPECT_EQ(record.size(), length + 16);
  const std::string message = record.substr(12, length);
  EXPECT_EQ(unmasked(read_at<std::uint32_t>(record, 8)), crc32c(record.substr(0, 8)));
  EXPECT_EQ(unmasked(read_at<std::uint32_t>(record, 12 + length)), crc32c(message));
  return message;
}

TEST(TensorboardEvent, TheVersionComesFirst) {
  const std::string message = message_of(event_file_version(1.5));
  EXPECT_EQ(message[0], 0x09);  // field 1, eight bytes
  EXPECT_EQ(read_at<double>(message, 1), 1.5);
  EXPECT_EQ(message.substr(9),
            "\x1A\x0D"
            "brain.Event:2");
}

TEST(TensorboardEvent, AScalarByteByByte) {
  const std::vector<EventScalar> scalars = {{"a/b", 0.5}};
  const std::string message = message_of(scalar_event(2, 300, scalars));
  EXPECT_EQ(read_at<double>(message, 1), 2);
  const std::string rest = message.substr(9);
  // Field 2: step 300 in base 128. Field 5: a summary of 12 bytes with one value of 10: its tag and 0.5F.
  const std::string expected(
      "\x10\xAC\x02\x2A\x0C\x0A\x0A\x0A\x03"
      "a/b"
      "\x15\0\0\0\x3F",
      17);
  EXPECT_EQ(rest, expected);
}

TEST(TensorboardEvent, KnownFraming) {
  // The length 24 little-endian and its masked checksum, as TensorFlow's own files of "brain.Event:2" begin.
  const std::string record = event_file_version(0);
  EXPECT_EQ(record.substr(0, 12), std::string("\x18\0\0\0\0\0\0\0\xA3\x7F\x4B\x22", 12));
}

}  // namespace
}  // namespace reprtune
