#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune {

/// The members of a JSON object in the order of the file. Adding one looks for no other, so that a vocabulary
/// of many thousands is read in a third of the time; finding one takes a look at each, from the last, which
/// wins where a key is there twice.
template <typename Key, typename Value, typename Compare = std::less<Key>,
          typename Allocator = std::allocator<std::pair<const Key, Value>>>
struct MemberList : nlohmann::ordered_map<Key, Value, Compare, Allocator> {
  using Base = nlohmann::ordered_map<Key, Value, Compare, Allocator>;
  using Base::Base;

  Value& operator[](Key key) { return this->emplace_back(std::move(key), Value()).second; }

  template <typename OtherKey>
  auto find(const OtherKey& key) {
    return find_last(*this, key);
  }
  template <typename OtherKey>
  auto find(const OtherKey& key) const {
    return find_last(*this, key);
  }

 private:
  template <typename Self, typename OtherKey>
  static auto find_last(Self& self, const OtherKey& key) {
    for (auto member = self.end(); member != self.begin();) {
      if ((--member)->first == key) return member;
    }
    return self.end();
  }
};

/// JSON to be read, not changed.
using ListedJson = nlohmann::basic_json<MemberList>;

}  // namespace reprtune
