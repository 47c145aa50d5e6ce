// Speed of the CPU kernels, of the packed matrix products between them, and of a whole encoder
// (all-MiniLM-L6-v2, where it is installed), on one thread. GFLOP/s and GB/s count what the definition needs,
// not what is executed.
//
//   cmake --build --preset release --target bench && build/release/bench/bench [--benchmark_filter=attention]
//
// REPRTUNE_KERNELS chooses an instruction set, as in reprtune --kernels.

#include <reprtune/io/error.h>
#include <reprtune/kernels/activation.h>
#include <reprtune/kernels/attention.h>
#include <reprtune/kernels/attention_gradient.h>
#include <reprtune/kernels/int16_product.h>
#include <reprtune/kernels/int8_product.h>
#include <reprtune/kernels/layer_norm.h>
#include <reprtune/kernels/row_pooling.h>
#include <reprtune/kernels/target.h>
#include <reprtune/model/linear.h>
#include <reprtune/model/model.h>
#include <reprtune/model/model_location.h>

#include <cstdlib>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>
#include <c10/core/InferenceMode.h>

namespace reprtune {
namespace {

using benchmark::Counter;
using kernels::BFloat16;

// The sizes of all-MiniLM-L6-v2.
constexpr std::int64_t kH = 384, kF = 1536, kLayers = 6;
constexpr std::size_t kHeads = 12, kD = 32;

template <typename T>
at::ScalarType type_of() {
  return sizeof(T) == sizeof(float) ? at::kFloat : at::kBFloat16;
}

template <typename T>
at::Tensor random_tensor(std::int64_t rows, std::int64_t columns) {
  return at::randn({rows, columns}).to(type_of<T>());
}

template <typename T>
T* data(const at::Tensor& x) {
  return static_cast<T*>(x.mutable_data_ptr());
}

void count_flops(benchmark::State& state, double per_iteration) {
  state.counters["FLOP/s"] = Counter(per_iteration, Counter::kIsIterationInvariantRate);
}

void count_bytes(benchmark::State& state, double per_iteration) {
  state.counters["B/s"] = Counter(per_iteration, Counter::kIsIterationInvariantRate);
}

void count_tokens(benchmark::State& state, std::int64_t per_iteration) {
  state.counters["tokens/s"] =
      Counter(static_cast<double>(per_iteration), Counter::kIsIterationInvariantRate);
}

/// The offsets of rows of `length` tokens, about 1024 tokens in all.
std::vector<std::int64_t> equal_rows(std::int64_t length) {
  std::vector<std::int64_t> offsets = {0};
  while (offsets.back() + length <= std::max<std::int64_t>(1024, length))
    offsets.push_back(offsets.back() + length);
  return offsets;
}

template <typename T>
void attention(benchmark::State& state) {
  const std::int64_t length = state.range(0);
  const std::vector<std::int64_t> offsets = equal_rows(length);
  const std::int64_t tokens = offsets.back();
  const at::Tensor qkv = random_tensor<T>(tokens, 3 * kH), out = random_tensor<T>(tokens, kH);
  for (auto _ : state) kernels::attention(data<T>(qkv), offsets, kHeads, kD, data<T>(out));
  count_flops(state, 4.0 * static_cast<double>(tokens * length * kH));
  count_tokens(state, tokens);
}
BENCHMARK(attention<float>)->Arg(13)->Arg(64)->Arg(150)->Arg(512);
BENCHMARK(attention<BFloat16>)->Arg(13)->Arg(64)->Arg(150)->Arg(512);

/// One step of training: forth with dropout, back with the weights computed again.
template <typename T>
void attention_training(benchmark::State& state) {
  const std::int64_t length = state.range(0);
  const std::vector<std::int64_t> offsets = equal_rows(length);
  const std::int64_t tokens = offsets.back();
  const at::Tensor qkv = random_tensor<T>(tokens, 3 * kH), dqkv = random_tensor<T>(tokens, 3 * kH);
  const at::Tensor out = random_tensor<T>(tokens, kH), dout = random_tensor<T>(tokens, kH);
  const kernels::AttentionShape shape{offsets, kHeads, kD};
  const kernels::DropoutMask mask{7, 0.1F};
  for (auto _ : state) {
    kernels::dropped_attention(shape, mask, data<T>(qkv), data<T>(out));
    kernels::attention_gradient(shape, mask, data<T>(qkv), data<T>(dout), data<T>(dqkv));
  }
  count_flops(state, 14.0 * static_cast<double>(tokens * length * kH));
  count_tokens(state, tokens);
}
BENCHMARK(attention_training<float>)->Arg(13)->Arg(64)->Arg(150);
BENCHMARK(attention_training<BFloat16>)->Arg(13)->Arg(64)->Arg(150);

template <typename T>
void add_layer_norm(benchmark::State& state) {
  const std::int64_t rows = state.range(0);
  const at::Tensor weight = at::ones({kH}), bias = at::zeros({kH});
  const at::Tensor x = random_tensor<T>(rows, kH), residual = random_tensor<T>(rows, kH);
  const kernels::LayerNorm norm{data<float>(weight), data<float>(bias), 1e-12F, kH};
  for (auto _ : state)
    kernels::add_layer_norm(norm, data<T>(x), data<T>(residual), static_cast<std::size_t>(rows), data<T>(x));
  count_bytes(state, 3.0 * static_cast<double>(rows * kH) * sizeof(T));
}
BENCHMARK(add_layer_norm<float>)->Arg(1024);
BENCHMARK(add_layer_norm<BFloat16>)->Arg(1024);

template <typename T, kernels::Activation kActivation>
void activate(benchmark::State& state) {
  const at::Tensor x = random_tensor<T>(state.range(0), kF);
  for (auto _ : state)
    kernels::activate(kActivation, data<T>(x), static_cast<std::size_t>(x.numel()), data<T>(x));
  count_bytes(state, 2.0 * static_cast<double>(x.nbytes()));
}
BENCHMARK(activate<float, kernels::Activation::gelu>)->Arg(1024);
BENCHMARK(activate<BFloat16, kernels::Activation::gelu>)->Arg(1024);
BENCHMARK(activate<BFloat16, kernels::Activation::gelu_tanh>)->Arg(1024);

template <typename T>
void pool_rows(benchmark::State& state) {
  const std::int64_t rows = 64, length = 16;
  std::vector<std::int64_t> offsets, places;
  for (std::int64_t i = 0; i <= rows; ++i) offsets.push_back(i * length);
  for (std::int64_t i = 0; i < rows; ++i) places.push_back(i);
  const at::Tensor hidden = random_tensor<T>(rows * length, kH), vectors = random_tensor<float>(rows, kH);
  for (auto _ : state)
    kernels::pool_rows({.mean = true, .normalize = true}, data<T>(hidden), offsets, places, kH,
                       data<float>(vectors));
  count_bytes(state, static_cast<double>(hidden.nbytes()));
}
BENCHMARK(pool_rows<float>);
BENCHMARK(pool_rows<BFloat16>);

Linear random_linear(std::int64_t out, std::int64_t in, Precision precision) {
  Linear linear(at::randn({out, in}) * 0.03, at::zeros({out}));
  linear.pack(precision);
  return linear;
}

enum class Gelu { none, fused, kernel };

/// The four products of all layers and nothing else: what an encoder could reach at best. With a GELU, the
/// cost of doing it within the product or by our kernel.
template <typename T, Gelu kGelu>
void products(benchmark::State& state) {
  const c10::InferenceMode inference;
  const std::int64_t tokens = state.range(0);
  const auto precision = std::is_same_v<T, float> ? Precision::float32 : Precision::bfloat16;
  std::vector<Linear> layers;
  for (std::int64_t i = 0; i < kLayers; ++i) {
    layers.push_back(random_linear(3 * kH, kH, precision));
    layers.push_back(random_linear(kH, kH, precision));
    layers.push_back(random_linear(kF, kH, precision));
    layers.push_back(random_linear(kH, kF, precision));
  }
  const at::Tensor x = random_tensor<T>(tokens, kH);
  for (auto _ : state) {
    for (std::size_t i = 0; i < layers.size(); i += 4) {
      benchmark::DoNotOptimize(layers[i].packed(x));
      benchmark::DoNotOptimize(layers[i + 1].packed(x));
      const at::Tensor inner = kGelu == Gelu::fused ? layers[i + 2].packed_gelu(x) : layers[i + 2].packed(x);
      if (kGelu == Gelu::kernel)
        kernels::activate(kernels::Activation::gelu, data<T>(inner), static_cast<std::size_t>(inner.numel()),
                          data<T>(inner));
      benchmark::DoNotOptimize(layers[i + 3].packed(inner));
    }
  }
  count_flops(state, 2.0 * static_cast<double>(kLayers * tokens * kH * (4 * kH + 2 * kF)));
  count_tokens(state, tokens);
}
BENCHMARK(products<float, Gelu::none>)->Arg(256)->Arg(512)->Arg(1024);
BENCHMARK(products<float, Gelu::fused>)->Arg(256)->Arg(512)->Arg(1024);
BENCHMARK(products<float, Gelu::kernel>)->Arg(256)->Arg(512)->Arg(1024);
BENCHMARK(products<BFloat16, Gelu::none>)->Arg(256)->Arg(512)->Arg(1024);
BENCHMARK(products<BFloat16, Gelu::fused>)->Arg(256)->Arg(512)->Arg(1024);
BENCHMARK(products<BFloat16, Gelu::kernel>)->Arg(256)->Arg(512)->Arg(1024);

struct Int8Products {
  using Element = BFloat16;
  using Weights = kernels::Int8Weights;
  static constexpr auto product = kernels::int8_product;
  static Weights weights(const float* weight, const float* bias, std::size_t out, std::size_t in) {
    const std::vector<float> ones(in == kH ? in : 0, 1.0F);
    return {weight, bias, out, in, ones};
  }
};

struct Int16Products {
  using Element = float;
  using Weights = kernels::Int16Weights;
  static constexpr auto product = kernels::int16_product;
  static Weights weights(const float* weight, const float* bias, std::size_t out, std::size_t in) {
    return {weight, bias, out, in};
  }
};

/// The same by products of integers, which round the activations as well.
template <typename Products, Gelu kGelu>
void integer_products(benchmark::State& state) {
  using Element = typename Products::Element;
  const std::int64_t tokens = state.range(0);
  std::vector<typename Products::Weights> layers;
  for (std::int64_t i = 0; i < kLayers; ++i) {
    for (const auto& [out, in] : {std::pair(3 * kH, kH), {kH, kH}, {kF, kH}, {kH, kF}}) {
      const at::Tensor weight = at::randn({out, in}) * 0.03, bias = at::zeros({out});
      layers.push_back(Products::weights(data<float>(weight), data<float>(bias),
                                         static_cast<std::size_t>(out), static_cast<std::size_t>(in)));
    }
  }
  const at::Tensor x = random_tensor<Element>(tokens, kH), y = random_tensor<Element>(tokens, kF);
  const auto activation = kGelu == Gelu::fused ? std::optional(kernels::Activation::gelu) : std::nullopt;
  const auto multiply = [&](std::size_t layer, const at::Tensor& from, const at::Tensor& to,
                            std::optional<kernels::Activation> function) {
    Products::product(layers[layer], data<Element>(from), static_cast<std::size_t>(tokens), function,
                      data<Element>(to));
  };
  const at::Tensor z = random_tensor<Element>(tokens, kH);
  for (auto _ : state) {
    for (std::size_t i = 0; i < layers.size(); i += 4) {
      multiply(i, x, y, std::nullopt);
      multiply(i + 1, x, z, std::nullopt);
      multiply(i + 2, x, y, activation);
      multiply(i + 3, y, z, std::nullopt);
    }
  }
  count_flops(state, 2.0 * static_cast<double>(kLayers * tokens * kH * (4 * kH + 2 * kF)));
  count_tokens(state, tokens);
}
BENCHMARK(integer_products<Int8Products, Gelu::none>)->Arg(256)->Arg(512)->Arg(1024);
BENCHMARK(integer_products<Int8Products, Gelu::fused>)->Arg(256)->Arg(512)->Arg(1024);
BENCHMARK(integer_products<Int16Products, Gelu::none>)->Arg(20)->Arg(256)->Arg(512)->Arg(1024);
BENCHMARK(integer_products<Int16Products, Gelu::fused>)->Arg(20)->Arg(256)->Arg(512)->Arg(1024);

struct LibraryWayBack {
  at::Tensor weight;
  void round() {}
  void inputs(const at::Tensor& dy, at::Tensor& dx) { at::mm_out(dx, dy, weight); }
  void weights(const at::Tensor& x, const at::Tensor& dy, at::Tensor& dw) { at::mm_out(dw, dy.t(), x); }
};

struct Int16WayBack {
  at::Tensor weight;
  kernels::Int16Weights rounded = {}, second = {};
  void round() {
    rounded.set_columns(data<float>(weight), static_cast<std::size_t>(weight.size(0)),
                        static_cast<std::size_t>(weight.size(1)));
  }
  void inputs(const at::Tensor& dy, at::Tensor& dx) {
    kernels::int16_product(rounded, data<float>(dy), static_cast<std::size_t>(dy.size(0)), {},
                           data<float>(dx));
  }
  void weights(const at::Tensor& x, const at::Tensor& dy, at::Tensor& dw) {
    second.set_columns(data<float>(x), static_cast<std::size_t>(x.size(0)),
                       static_cast<std::size_t>(x.size(1)));
    kernels::int16_product_of_columns(second, data<float>(dy), static_cast<std::size_t>(dy.size(1)),
                                      data<float>(dw));
  }
};

enum class Part { rounding, inputs, weights };

/// The way back through the four products of all layers, in parts: the gradients of inputs or of weights, or
/// the rounding that comes before them at each step.
template <typename WayBack, Part kPart>
void way_back(benchmark::State& state) {
  const c10::InferenceMode inference;
  const std::int64_t tokens = state.range(0);
  std::vector<WayBack> layers;
  for (std::int64_t i = 0; i < kLayers; ++i)
    for (const auto& [out, in] : {std::pair(3 * kH, kH), {kH, kH}, {kF, kH}, {kH, kF}})
      layers.push_back({at::randn({out, in}) * 0.03});
  for (WayBack& layer : layers) layer.round();
  std::vector<at::Tensor> x, dy, dx, dw;
  for (std::size_t i = 0; i < 4; ++i) {
    const at::Tensor& weight = layers[i].weight;
    x.push_back(random_tensor<float>(tokens, weight.size(1)));
    dy.push_back(random_tensor<float>(tokens, weight.size(0)));
    dx.push_back(at::empty_like(x.back()));
    dw.push_back(at::empty_like(weight));
  }
  for (auto _ : state) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if constexpr (kPart == Part::rounding) layers[i].round();
      if constexpr (kPart == Part::inputs) layers[i].inputs(dy[i % 4], dx[i % 4]);
      if constexpr (kPart == Part::weights) layers[i].weights(x[i % 4], dy[i % 4], dw[i % 4]);
    }
  }
  if constexpr (kPart != Part::rounding)
    count_flops(state, 2.0 * static_cast<double>(kLayers * tokens * kH * (4 * kH + 2 * kF)));
}
BENCHMARK(way_back<LibraryWayBack, Part::inputs>)->Arg(208)->Arg(512);
BENCHMARK(way_back<LibraryWayBack, Part::weights>)->Arg(208)->Arg(512);
BENCHMARK(way_back<Int16WayBack, Part::inputs>)->Arg(208)->Arg(512);
BENCHMARK(way_back<Int16WayBack, Part::weights>)->Arg(208)->Arg(512);
BENCHMARK(way_back<Int16WayBack, Part::rounding>)->Arg(208);

/// From token ids to vectors. Arguments: tokens of a row, tokens of a step.
template <Precision kPrecision>
void embed(benchmark::State& state) {
  static const auto model = []() -> std::optional<Model> {
    try {
      return Model::load(find_model("small"), kPrecision, at::kCPU);
    } catch (const Error&) {
      return std::nullopt;
    }
  }();
  if (!model) return state.SkipWithError("the base model is not installed");
  std::vector<std::vector<std::int32_t>> rows;
  std::int64_t tokens = 0;
  for (; tokens + state.range(0) <= state.range(1); tokens += state.range(0))
    rows.emplace_back(static_cast<std::size_t>(state.range(0)),
                      2000 + static_cast<std::int32_t>(rows.size()));
  for (auto _ : state) benchmark::DoNotOptimize(model->embed(pack(rows)));
  count_tokens(state, tokens);
}
BENCHMARK(embed<Precision::float32>)->Args({20, 20})->ArgsProduct({{13, 145}, {256, 512, 1024}});
BENCHMARK(embed<Precision::bfloat16>)->Args({20, 20})->ArgsProduct({{13, 145}, {256, 512, 1024}});
BENCHMARK(embed<Precision::int16>)->Args({20, 20})->ArgsProduct({{13, 145}, {256, 512, 1024}});
BENCHMARK(embed<Precision::int8>)->Args({20, 20})->ArgsProduct({{13, 145}, {256, 512, 1024}});

}  // namespace
}  // namespace reprtune

int main(int argc, char** argv) {
  at::set_num_threads(1);
  if (const char* target = std::getenv("REPRTUNE_KERNELS")) reprtune::kernels::choose_target(target);
  benchmark::AddCustomContext("kernels", reprtune::kernels::chosen_target());
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
