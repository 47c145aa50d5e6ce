#include <reprtune/io/error.h>
#include <reprtune/kernels/target.h>

#include "product_instructions.h"

#include <algorithm>
#include <atomic>
#include <cstdint>

#include <cpuid.h>
#include <hwy/highway.h>

namespace reprtune::kernels {
namespace {

struct Target {
  std::string name = {};
  std::int64_t highway = 0;  ///< bit of Highway's target
  bool bfloat16_products = false;
  bool vnni_products = false;
};

bool has_bfloat16_products() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return (hwy::SupportedTargets() & HWY_AVX3) != 0 && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 &&
         (a >> 5 & 1) != 0;
}

bool has_vnni_products() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return (hwy::SupportedTargets() & HWY_AVX3) != 0 && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 &&
         (c >> 11 & 1) != 0;
}

/// Best first: with Highway a lower bit is a better target, and the static one is always there.
const std::vector<Target>& targets() {
  static const std::vector<Target> found = [] {
    std::vector<Target> result;
    if (has_bfloat16_products()) result.push_back({"AVX3_BF16", HWY_AVX3, true, has_vnni_products()});
    if (has_vnni_products()) result.push_back({"AVX3_VNNI", HWY_AVX3, false, true});
    for (const std::int64_t bit : hwy::SupportedAndGeneratedTargets())
      result.push_back({hwy::TargetName(bit), bit});
    if (result.empty() || result.back().highway != HWY_STATIC_TARGET)
      result.push_back({hwy::TargetName(HWY_STATIC_TARGET), HWY_STATIC_TARGET});
    return result;
  }();
  return found;
}

// Like Highway's own choice, this one belongs to the process.
std::atomic<std::size_t> chosen = 0;

}  // namespace

bool use_bfloat16_products() { return targets()[chosen].bfloat16_products; }

bool use_vnni_products() { return targets()[chosen].vnni_products; }

std::vector<std::string> supported_targets() {
  std::vector<std::string> names;
  for (const Target& target : targets()) names.push_back(target.name);
  return names;
}

std::string chosen_target() { return targets()[chosen].name; }

void choose_target(const std::string& name) {
  const auto found =
      std::ranges::find_if(targets(), [&](const Target& target) { return target.name == name; });
  if (found == targets().end()) {
    std::string names;
    for (const Target& target : targets()) names += (names.empty() ? "" : ", ") + target.name;
    throw Error(ErrorKind::usage, "kernels '" + name + "': this processor has " + names);
  }
  chosen = static_cast<std::size_t>(found - targets().begin());
  hwy::GetChosenTarget().Update(found->highway);
}

}  // namespace reprtune::kernels
