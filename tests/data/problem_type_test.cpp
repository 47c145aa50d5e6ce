#include <reprtune/data/problem_type.h>

#include "../model/error_of.h"

#include <string>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(ProblemTypeTest, NamesAreThoseOfTransformers) {
  EXPECT_EQ(problem_type_name(ProblemType::single_label), "single_label_classification");
  EXPECT_EQ(problem_type_name(ProblemType::multi_label), "multi_label_classification");
  for (const ProblemType type : {ProblemType::single_label, ProblemType::multi_label})
    EXPECT_EQ(parse_problem_type(problem_type_name(type)), type);
}

TEST(ProblemTypeTest, AnyOtherNameIsRefusedAndRepeated) {
  for (const std::string name : {"", "regression", "single_label", "MULTI_LABEL_CLASSIFICATION"}) {
    const std::string message = error_of(ErrorKind::model, [&] { parse_problem_type(name); });
    EXPECT_TRUE(message.ends_with("found '" + name + "'")) << message;
  }
}

}  // namespace
}  // namespace reprtune
