#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reprtune {

/// The classes of a data set: label strings, kept byte for byte, numbered from 0.
class LabelSet {
 public:
  LabelSet() = default;
  /// In the order given; throws Error(model) when a label is empty or occurs twice.
  explicit LabelSet(std::vector<std::string> labels);

  std::size_t size() const { return labels_.size(); }
  const std::string& name(std::size_t index) const { return labels_.at(index); }
  const std::vector<std::string>& names() const { return labels_; }
  std::optional<std::size_t> find(std::string_view label) const;

 private:
  std::vector<std::string> labels_;
  std::unordered_map<std::string, std::size_t> index_;
};

/// The order in which a data set's labels are numbered: by number when all of them are integers ("2" before
/// "10"), else by byte.
std::vector<std::string> in_label_order(std::vector<std::string> labels);

}  // namespace reprtune
