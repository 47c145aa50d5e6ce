// What one core of this machine can do at most, beside the kernels of kernels.cpp: products with all operands
// in registers, and reading from each level of memory.

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include <benchmark/benchmark.h>

namespace reprtune {
namespace {

using benchmark::Counter;

constexpr std::int64_t kRounds = 1000;
constexpr std::int64_t kSums =
    12;  // hide the latency of a product: 4 to 5 cycles, two products begun in each

// The assembler writes twelve products with sums of their own, so that no compiler puts one into memory. The
// registers hold zeros, which take as long as other numbers.
#define REPRTUNE_MULTIPLY(name, product)                                                                 \
  void name() {                                                                                          \
    std::int64_t rounds = kRounds;                                                                       \
    asm volatile(                                                                                        \
        "vzeroall\n"                                                                                     \
        "1:\n"                                                                                           \
        ".irp sum, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13\n" product                                     \
        "\n"                                                                                             \
        ".endr\n"                                                                                        \
        "dec %0\n"                                                                                       \
        "jnz 1b\n"                                                                                       \
        "vzeroupper"                                                                                     \
        : "+r"(rounds)                                                                                   \
        :                                                                                                \
        : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
          "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");                                                  \
  }
REPRTUNE_MULTIPLY(multiply_avx2, "vfmadd231ps %%ymm0, %%ymm1, %%ymm\\sum")
REPRTUNE_MULTIPLY(multiply_avx2_int16,
                  "vpmaddwd %%ymm0, %%ymm1, %%ymm14\n vpaddd %%ymm14, %%ymm\\sum, %%ymm\\sum")
REPRTUNE_MULTIPLY(multiply_avx512, "vfmadd231ps %%zmm0, %%zmm1, %%zmm\\sum")
REPRTUNE_MULTIPLY(multiply_bfloat16, "vdpbf16ps %%zmm0, %%zmm1, %%zmm\\sum")
REPRTUNE_MULTIPLY(multiply_int16, "vpdpwssd %%zmm0, %%zmm1, %%zmm\\sum")
REPRTUNE_MULTIPLY(multiply_int8, "vpdpbusd %%zmm0, %%zmm1, %%zmm\\sum")
#undef REPRTUNE_MULTIPLY

/// `operations`: multiplications and additions of one product.
void products_in_registers(benchmark::State& state, bool supported, void (*multiply)(), int operations) {
  if (!supported) return state.SkipWithError("not on this processor");
  for (auto _ : state) multiply();
  state.counters["FLOP/s"] =
      Counter(static_cast<double>(kRounds * kSums * operations), Counter::kIsIterationInvariantRate);
}
BENCHMARK_CAPTURE(products_in_registers, avx2 float32, __builtin_cpu_supports("fma") != 0, multiply_avx2, 16);
BENCHMARK_CAPTURE(products_in_registers, avx2 int16, __builtin_cpu_supports("avx2") != 0, multiply_avx2_int16,
                  32);
BENCHMARK_CAPTURE(products_in_registers, avx512 float32, __builtin_cpu_supports("avx512f") != 0,
                  multiply_avx512, 32);
BENCHMARK_CAPTURE(products_in_registers, avx512 bfloat16, __builtin_cpu_supports("avx512bf16") != 0,
                  multiply_bfloat16, 64);
BENCHMARK_CAPTURE(products_in_registers, avx512 int16, __builtin_cpu_supports("avx512vnni") != 0,
                  multiply_int16, 64);
BENCHMARK_CAPTURE(products_in_registers, avx512 int8, __builtin_cpu_supports("avx512vnni") != 0,
                  multiply_int8, 128);

/// A sum over so many KiB: the first fits the second level of cache, the last no cache.
void read_memory(benchmark::State& state) {
  const std::vector<std::uint64_t> numbers(
      static_cast<std::size_t>(state.range(0)) * 1024 / sizeof(std::uint64_t), 1);
  for (auto _ : state)
    benchmark::DoNotOptimize(std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0}));
  state.counters["B/s"] = Counter(static_cast<double>(numbers.size() * sizeof(std::uint64_t)),
                                  Counter::kIsIterationInvariantRate);
}
BENCHMARK(read_memory)->Arg(512)->Arg(8 * 1024)->Arg(512 * 1024);

}  // namespace
}  // namespace reprtune
