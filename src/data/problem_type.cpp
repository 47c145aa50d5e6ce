#include <reprtune/data/problem_type.h>
#include <reprtune/io/error.h>

#include <string>

namespace reprtune {
namespace {

constexpr std::string_view kSingle = "single_label_classification", kMulti = "multi_label_classification";

}  // namespace

std::string_view problem_type_name(ProblemType type) {
  return type == ProblemType::multi_label ? kMulti : kSingle;
}

ProblemType parse_problem_type(std::string_view name) {
  if (name == kSingle) return ProblemType::single_label;
  if (name == kMulti) return ProblemType::multi_label;
  throw Error(ErrorKind::model, std::string("problem type: expected ").append(kSingle) + " or " +
                                    std::string(kMulti) + ", found '" + std::string(name) + "'");
}

}  // namespace reprtune
