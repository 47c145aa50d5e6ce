#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// A hash table from byte strings to ids that finds the longest entry a text begins with, in one pass over
/// the text and without copies. Filled once, then read from any number of threads.
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

  /// The longest piece that is a prefix of `text` and ends where a UTF-8 character ends.
  Match longest_prefix(std::string_view text) const;

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;  ///< 0: free
    std::int32_t id = -1;
  };

  std::size_t slot_of(std::uint64_t hash) const;
  const Slot* find(std::uint64_t hash, std::string_view piece) const;

  std::vector<Slot> slots_;  // a power of two, at most half full
  int shift_ = 0;            // 64 - log2(slots_.size())
  std::string bytes_;        // the pieces, one behind the other
  std::size_t longest_ = 0;  // bytes
};

}  // namespace reprtune
