#include <reprtune/data/json_row.h>
#include <reprtune/data/utf8.h>

#include <set>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::json;

/// Follows the parser through one line; stops it (returns false) at the first thing that cannot be used.
class RowHandler final : public nlohmann::json_sax<Json> {
 public:
  RowHandler(const std::string& text_key, const std::string& label_key)
      : text_key_(text_key), label_key_(label_key) {}

  JsonRow take_row() { return std::move(row_); }

  bool null() override { return scalar("null", std::nullopt); }
  bool boolean(bool value) override { return scalar("a boolean", value ? "true" : "false"); }
  bool number_integer(Json::number_integer_t value) override {
    return scalar("a number", value == 0 ? "-0" : std::to_string(value));  // as it is spelt: 0 has no sign
  }
  bool number_unsigned(Json::number_unsigned_t value) override {
    return scalar("a number", std::to_string(value));
  }
  bool number_float(Json::number_float_t, const Json::string_t& spelling) override {
    // Integers beyond 64 bits arrive here too, and as labels they are as good as any other.
    const bool integer = spelling.find_first_of(".eE") == std::string::npos;
    return scalar(integer ? "a number" : "a number with a fraction",
                  integer ? std::optional<std::string>(spelling) : std::nullopt);
  }
  bool string(Json::string_t& value) override {
    if (depth_ == 1 && key_ == text_key_) {
      row_.text = std::move(value);
      return true;
    }
    return scalar("a string", std::move(value));
  }
  bool binary(Json::binary_t&) override { return scalar("binary data", std::nullopt); }

  bool start_object(std::size_t) override { return scalar("an object", std::nullopt, true); }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    if (depth_ == 0)
      return fail(
          "expected a JSON object, found a list (one object per line: jq -c '.[]' IN.json > OUT.jsonl)");
    if (depth_ != 1 || key_ != label_key_) return scalar("a list", std::nullopt, true);
    row_.labels.emplace();
    row_.listed = in_labels_ = true;
    ++depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    in_labels_ = in_labels_ && depth_ > 1;
    return true;
  }
  bool key(Json::string_t& value) override {
    if (depth_ != 1) return true;
    if (!keys_.insert(value).second) return fail("the key \"" + value + "\" occurs twice");
    key_ = value;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    std::string_view what = error.what();
    if (const std::size_t begin = what.find("syntax error"); begin != std::string_view::npos)
      what.remove_prefix(begin);
    what = what.substr(0, what.find("; last read"));
    return fail("not valid JSON at column " + std::to_string(position) + " (" + std::string(what) + ")");
  }

 private:
  bool fail(std::string problem) {
    row_.problem = std::move(problem);
    return false;
  }

  /// Every value but a string under the text key and the lists above comes by here: `label` is what it reads
  /// as when it is the label.
  bool scalar(const char* kind, std::optional<std::string> label, bool opens = false) {
    if (depth_ == 0 && !opens) {
      return fail(std::string("expected a JSON object, found ") + kind);
    } else if (depth_ == 1 && key_ == text_key_) {
      return fail("expected a string under \"" + text_key_ + "\", found " + kind);
    } else if (in_labels_) {
      if (!label) {
        return fail("expected strings or integers in the list under \"" + label_key_ + "\", found " + kind);
      }
      row_.labels->push_back(*std::move(label));
    } else if (depth_ == 1 && key_ == label_key_) {
      if (!label) return fail("expected a string or an integer under \"" + label_key_ + "\", found " + kind);
      row_.labels = {*std::move(label)};
    }
    if (opens) ++depth_;
    return true;
  }

  const std::string& text_key_;
  const std::string& label_key_;
  int depth_ = 0;
  std::string key_;         // of the outermost object
  bool in_labels_ = false;  // within the list of labels
  std::set<std::string> keys_;
  JsonRow row_;
};

}  // namespace

JsonRow parse_json_row(std::string_view line, const std::string& text_key, const std::string& label_key) {
  if (const auto at = find_invalid_utf8(line)) {
    JsonRow row;
    row.problem = "not valid UTF-8 at column " + std::to_string(*at + 1);
    return row;
  }
  RowHandler handler(text_key, label_key);
  Json::sax_parse(line, &handler);
  return handler.take_row();
}

}  // namespace reprtune
