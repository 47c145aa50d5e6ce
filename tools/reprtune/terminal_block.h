#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace reprtune::cli {

/// Lines at the end of a terminal's output that are drawn over and over in the same place.
class TerminalBlock {
 public:
  explicit TerminalBlock(int descriptor) : descriptor_(descriptor) {}

  /// Draws the lines of `text`, made safe to show, over those drawn before; what is too wide or too high for
  /// the terminal as it is now is cut.
  void draw(const std::string& text);
  /// Wipes them, so that something else can be printed in their place.
  void clear();
  /// Leaves them where they are; the next ones are drawn below.
  void keep();

 private:
  std::string way_back() const;
  void put(const std::string& bytes) const;

  int descriptor_;
  std::vector<std::size_t> widths_;  ///< columns of each line drawn
};

/// Of the terminal that this descriptor is; 80 and 24 where it does not say.
struct TerminalSize {
  std::size_t columns = 80, rows = 24;
};
TerminalSize terminal_size(int descriptor);

}  // namespace reprtune::cli
