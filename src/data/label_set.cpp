#include <reprtune/data/label_set.h>
#include <reprtune/io/error.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace reprtune {
namespace {

struct Integer {
  bool negative = false;
  std::string_view digits;  // without leading zeros
};

std::optional<Integer> parse_integer(std::string_view text) {
  Integer integer;
  if (text.starts_with('-')) {
    integer.negative = true;
    text.remove_prefix(1);
  }
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (text.empty() || !digits) return std::nullopt;
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  integer.negative = integer.negative && !text.empty();
  integer.digits = text;
  return integer;
}

/// Of any length, so no number type would do.
bool less_by_number(const std::string& left, const std::string& right) {
  const Integer a = parse_integer(left).value_or(Integer{});
  const Integer b = parse_integer(right).value_or(Integer{});
  if (a.negative != b.negative) return a.negative;
  const auto magnitude = [](const Integer& i) { return std::make_tuple(i.digits.size(), i.digits); };
  if (a.digits != b.digits) return (magnitude(a) < magnitude(b)) != a.negative;
  return left < right;
}

}  // namespace

LabelSet::LabelSet(std::vector<std::string> labels) : labels_(std::move(labels)) {
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (labels_[i].empty()) throw Error(ErrorKind::model, "labels: expected names, found an empty one");
    if (!index_.emplace(labels_[i], i).second) {
      throw Error(ErrorKind::model, "labels: expected different names, found '" + labels_[i] + "' twice");
    }
  }
}

std::optional<std::size_t> LabelSet::find(std::string_view label) const {
  const auto found = index_.find(std::string(label));
  if (found == index_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> in_label_order(std::vector<std::string> labels) {
  const bool integers = std::all_of(labels.begin(), labels.end(), [](const std::string& label) {
    return parse_integer(label).has_value();
  });
  if (integers) {
    std::sort(labels.begin(), labels.end(), less_by_number);
  } else {
    std::sort(labels.begin(), labels.end());
  }
  return labels;
}

}  // namespace reprtune
