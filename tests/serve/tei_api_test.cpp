#include <reprtune/serve/tei_api.h>

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

TEST(TeiApi, PutsTheBestFirst) {
  const std::vector<float> scores = {0.25F, 0.5F, 0.25F};
  EXPECT_EQ(
      tei_prediction({"a", "b\"", "c"}, scores),
      R"([{"score": 0.5, "label": "b\""}, {"score": 0.25, "label": "a"}, {"score": 0.25, "label": "c"}])");
}

}  // namespace
}  // namespace reprtune::serve
