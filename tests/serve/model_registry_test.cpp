#include <reprtune/serve/model_registry.h>

#include "refused.h"
#include "tiny_model.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace reprtune::serve {
namespace {

TEST(ModelRegistry, FindsModelsByName) {
  const ModelRegistry models([] { return ModelRegistry::Models{tiny_embedder("a"), tiny_embedder("b")}; });
  EXPECT_EQ(models.find(std::nullopt)->name(), "a");
  EXPECT_EQ(models.find("b")->name(), "b");
  EXPECT_EQ(refusal([&] { models.find("c"); }), "model 'c' is not served, expected one of a, b");
}

TEST(ModelRegistry, KeepsOldModelsForThoseWhoHaveThem) {
  int loads = 0;
  ModelRegistry models([&] {
    if (++loads == 3) throw std::runtime_error("gone");
    return ModelRegistry::Models{tiny_embedder("a")};
  });
  const auto old = models.find("a");
  models.reload();
  EXPECT_NE(models.find("a"), old);
  EXPECT_EQ(old->name(), "a");
  const auto current = models.find("a");
  EXPECT_THROW(models.reload(), std::runtime_error);
  EXPECT_EQ(models.find("a"), current);
}

}  // namespace
}  // namespace reprtune::serve
