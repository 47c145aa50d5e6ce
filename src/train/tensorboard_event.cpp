#include <reprtune/io/crc32c.h>
#include <reprtune/train/tensorboard_event.h>

#include <bit>
#include <concepts>

namespace reprtune {
namespace {

// Types of a field in the wire format of protocol buffers.
enum class Wire : unsigned { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

template <std::unsigned_integral Integer>
std::string little_endian(Integer value) {
  std::string out;
  for (std::size_t i = 0; i < sizeof value; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
  return out += static_cast<char>(value);
}

std::string key(unsigned field, Wire type) { return varint(field << 3 | static_cast<unsigned>(type)); }

std::string bytes_field(unsigned field, std::string_view bytes) {
  return key(field, Wire::bytes) + varint(bytes.size()).append(bytes);
}

std::string double_field(unsigned field, double value) {
  return key(field, Wire::fixed64) + little_endian(std::bit_cast<std::uint64_t>(value));
}

std::string float_field(unsigned field, float value) {
  return key(field, Wire::fixed32) + little_endian(std::bit_cast<std::uint32_t>(value));
}

// A CRC of bytes that hold CRCs would be weak, so it is rotated and moved.
std::string masked_crc(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return little_endian((crc >> 15 | crc << 17) + 0xA282EAD8U);
}

std::string record(const std::string& message) {
  const std::string length = little_endian(static_cast<std::uint64_t>(message.size()));
  return length + masked_crc(length) + message + masked_crc(message);
}

}  // namespace

std::string event_file_version(double wall_time) {
  return record(double_field(1, wall_time) + bytes_field(3, "brain.Event:2"));
}

std::string scalar_event(double wall_time, std::int64_t step, std::span<const EventScalar> scalars) {
  std::string summary;
  for (const auto& [tag, value] : scalars)
    summary += bytes_field(1, bytes_field(1, tag) + float_field(2, static_cast<float>(value)));
  return record(double_field(1, wall_time) + key(2, Wire::varint) + varint(static_cast<std::uint64_t>(step)) +
                bytes_field(5, summary));
}

}  // namespace reprtune
