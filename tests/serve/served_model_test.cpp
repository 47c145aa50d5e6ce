#include <reprtune/serve/served_model.h>

#include "refused.h"
#include "tiny_model.h"

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

TEST(ServedModel, PreparesTexts) {
  Model model = tiny_model();
  model.set_max_length(5);
  const ServedModel served("tiny", std::move(model));
  const std::vector<std::string> texts = {"a", "a a a a a a"};
  const PreparedTexts prepared = served.prepare(texts, Truncation::end);
  ASSERT_EQ(prepared.ids.size(), 2U);
  EXPECT_EQ(prepared.ids[1].size(), 5U);
  EXPECT_EQ(prepared.truncated, 1U);
  EXPECT_EQ(prepared.tokens, prepared.ids[0].size() + 5);
  EXPECT_EQ(refusal([&] { served.prepare(texts, Truncation::none); }).substr(0, 13), "text [1]: has");
  EXPECT_EQ(served.prepare(std::vector<std::string>{"b"}, Truncation::end, "a ").ids,
            served.prepare(std::vector<std::string>{"a b"}, Truncation::end).ids);
}

TEST(ServedModel, CleansTextsAsInTraining) {
  Model model = tiny_model();
  model.set_cleaning({Cleaning::urls});
  const ServedModel served("tiny", std::move(model));
  EXPECT_EQ(served.prepare(std::vector<std::string>{"a http://a.example b"}, Truncation::end).ids,
            served.prepare(std::vector<std::string>{"a  b"}, Truncation::end).ids);
  EXPECT_EQ(refusal([&] {
              served.prepare(std::vector<std::string>{"a", ""}, Truncation::end);
            }),
            "text [1]: expected a text, found an empty one");
  EXPECT_EQ(
      refusal([&] { served.prepare(std::vector<std::string>{std::string("a\0b", 3)}, Truncation::end); }),
      "text [0]: contains a NUL byte");
  EXPECT_EQ(refusal([&] { served.prepare(std::vector<std::string>{"http://a.example"}, Truncation::end); }),
            "text [0]: nothing is left of it after the cleaning that the model was trained with");
}

TEST(ServedModel, HasNoPromptUnlessItsFolderSaysSo) {
  const auto served = tiny_embedder("tiny");
  EXPECT_FALSE(served->has_prompt("query"));
  EXPECT_EQ(served->prompt("query"), "");
}

}  // namespace
}  // namespace reprtune::serve
