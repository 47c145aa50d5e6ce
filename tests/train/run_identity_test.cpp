#include <reprtune/train/run_identity.h>

#include "../model/error_of.h"
#include "toy_data.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

TEST(RunIdentity, SaysWhatDiffers) {
  Split rows{toy_data(), toy_data()};
  rows.validation.name = "validation.csv";
  const Model model = toy_model();
  const Json begun = run_identity({{"epochs", 4}, {"clean", "none"}}, model, rows);
  const auto refusal = [&](ErrorKind kind, const Json& options, const Model& other, const Split& other_rows) {
    return error_of(kind, [&] {
      require_same_run(begun, run_identity(options, other, other_rows), "m.partial", "--base small", rows);
    });
  };
  EXPECT_NO_THROW(require_same_run(begun, begun, "m.partial", "--base small", rows));
  const Json same = begun["options"];
  EXPECT_NE(refusal(ErrorKind::usage, {{"epochs", 5}, {"clean", "none"}}, model, rows)
                .find("--epochs: the run in m.partial began with 4, found 5"),
            std::string::npos);

  const Model other = toy_model();
  other.encoder().parameters().back().tensor.add_(1e-3);
  EXPECT_NE(refusal(ErrorKind::usage, same, other, rows).find("--base small"), std::string::npos);

  Split changed{toy_data(), toy_data()};
  changed.validation.examples.back().labels = 0;
  EXPECT_NE(refusal(ErrorKind::data, same, model, changed).find("validation.csv"), std::string::npos);
  changed.train.examples.front().text += "!";
  EXPECT_NE(refusal(ErrorKind::data, same, model, changed).find("toy.csv"), std::string::npos);
}

TEST(RunIdentity, OtherArithmeticIsWarnedOf) {
  const Split rows{toy_data(), toy_data()};
  const Json begun = run_identity({}, toy_model(), rows);
  EXPECT_EQ(other_arithmetic(begun, begun), "");
  Json other = begun;
  other["arithmetic"] = "kernels and products libtorch";  // a GPU's
  EXPECT_NO_THROW(require_same_run(begun, other, "m.partial", "--base small", rows));
  EXPECT_NE(other_arithmetic(begun, other).find("goes on with kernels and products libtorch"),
            std::string::npos);
  Json earlier = begun;
  earlier.erase("arithmetic");  // of a program that did not record it
  EXPECT_EQ(other_arithmetic(earlier, begun), "");
}

}  // namespace
}  // namespace reprtune
