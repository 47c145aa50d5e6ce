#include <reprtune/io/error.h>
#include <reprtune/kernels/int16_product.h>
#include <reprtune/model/precision.h>

#include <cassert>

#include <cpuid.h>

namespace reprtune {

const std::vector<std::string>& precision_names() {
  static const std::vector<std::string> names = {"auto", "float32", "bfloat16", "int16", "int8"};
  return names;
}

const std::string& precision_name(Precision precision) {
  return precision_names().at(static_cast<std::size_t>(precision));
}

bool has_fast_bfloat16() {
  if (!__builtin_cpu_supports("avx512f"))
    return false;  // also says that the operating system saves these registers
  unsigned a = 0, b = 0, c = 0, d = 0;
  const bool amx_bf16 = __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d >> 22 & 1) != 0;
  const bool avx512_bf16 = __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a >> 5 & 1) != 0;
  return avx512_bf16 || amx_bf16;
}

bool has_packed_products(at::ScalarType type) {
  return type == at::kFloat || (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                                __builtin_cpu_supports("avx512dq"));
}

Precision resolve_precision(Precision precision, const at::Device& device) {
  if ((precision == Precision::int16 || precision == Precision::int8) && !device.is_cpu()) {
    throw Error(ErrorKind::usage, "precision " + precision_name(precision) + ": only on the CPU, not on " +
                                      device.str() + "; leave out --precision");
  }
  if (precision != Precision::automatic) return precision;
  if (device.is_cuda() || has_fast_bfloat16()) return Precision::bfloat16;
  return device.is_cpu() && kernels::has_fast_int16_product() ? Precision::int16 : Precision::float32;
}

at::ScalarType compute_type(Precision precision) {
  assert(precision != Precision::automatic);
  return precision == Precision::float32 || precision == Precision::int16 ? at::kFloat : at::kBFloat16;
}

}  // namespace reprtune
