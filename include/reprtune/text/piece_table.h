#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// A hash table from byte strings to ids that finds the longest entry a text begins with, without copies. A
/// text that is an entry itself takes one look; else only lengths are tried that an entry with the text's
/// first two bytes has. Filled once, then read from any number of threads.
class PieceTable {
 public:
  struct Match {
    std::int32_t id = -1;
    std::size_t length = 0;  ///< bytes; 0: nothing found
  };

  /// A table for up to `capacity` pieces.
  explicit PieceTable(std::size_t capacity);

  /// Adds a piece; a piece that is there already gets the new id. An empty piece is never found and not
  /// stored.
  void insert(std::string_view piece, std::int32_t id);

  /// How many bytes must be readable behind a text; what they are does not matter.
  static constexpr std::size_t kPadding = 8;

  /// The longest piece that is a prefix of `text` and ends where a UTF-8 character ends. `text` must be
  /// followed by kPadding bytes.
  Match longest_prefix(std::string_view text) const;

 private:
  struct Slot {
    std::uint64_t head = 0;   ///< the first 8 bytes, the first one lowest, zeros behind a shorter piece
    std::uint32_t where = 0;  ///< 0: free; to 8: the length; above: 9 + where the rest is in rests_
    std::int32_t id = -1;
  };

  std::size_t find(std::uint64_t head, std::string_view piece) const;
  bool has_rest(std::uint32_t where, std::string_view rest) const;

  std::vector<Slot> slots_;  // a power of two, at most half full
  int shift_ = 0;            // 64 - log2(slots_.size())
  std::string rests_;        // the rests of pieces above 8 bytes, each behind its length in 4 bytes
  std::size_t longest_ = 0;  // bytes

  // Bit n - 1: there is a piece of n bytes, the last bit: of 64 or more, among those with these first two
  // bytes.
  std::array<std::uint64_t, 4096> lengths_{};
};

}  // namespace reprtune
