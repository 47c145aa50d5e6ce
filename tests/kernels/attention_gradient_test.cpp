#include <reprtune/kernels/attention.h>
#include <reprtune/kernels/attention_gradient.h>

#include "each_target.h"
#include "random_values.h"

#include <cmath>

namespace reprtune::kernels {
namespace {

/// The definition in double for one head of one row: q, k, v, dout [T, D] with dropout factors [T, T].
struct Reference {
  std::size_t T = 0, D = 0;
  std::vector<double> q, k, v, dout, factors;
  std::vector<double> out, dq, dk, dv;

  void compute() {
    out.assign(T * D, 0), dq = dk = dv = out;
    const double scale = 1 / std::sqrt(static_cast<double>(D));
    for (std::size_t t = 0; t < T; ++t) {
      std::vector<double> weights(T), slopes(T);
      double sum = 0, mixed = 0;
      for (std::size_t s = 0; s < T; ++s) {
        for (std::size_t i = 0; i < D; ++i) weights[s] += scale * q[t * D + i] * k[s * D + i];
        sum += weights[s] = std::exp(weights[s]);
      }
      for (std::size_t s = 0; s < T; ++s) {
        weights[s] /= sum;
        for (std::size_t i = 0; i < D; ++i) {
          out[t * D + i] += weights[s] * factors[t * T + s] * v[s * D + i];
          dv[s * D + i] += weights[s] * factors[t * T + s] * dout[t * D + i];
          slopes[s] += factors[t * T + s] * dout[t * D + i] * v[s * D + i];
        }
        mixed += weights[s] * slopes[s];
      }
      for (std::size_t s = 0; s < T; ++s) {
        const double slope = scale * weights[s] * (slopes[s] - mixed);
        for (std::size_t i = 0; i < D; ++i) {
          dq[t * D + i] += slope * k[s * D + i];
          dk[s * D + i] += slope * q[t * D + i];
        }
      }
    }
  }
};

/// The dropout factors that the kernel used, read off by values that are rows of a unit matrix: with all-zero
/// queries each weight is 1 / T.
std::vector<double> factors_of(std::size_t T, const DropoutMask& mask) {
  const std::size_t D = T;
  const std::int64_t offsets[] = {0, static_cast<std::int64_t>(T)};
  std::vector<float> qkv(T * 3 * D), out(T * D);
  for (std::size_t t = 0; t < T; ++t) qkv[t * 3 * D + 2 * D + t] = static_cast<float>(T);
  dropped_attention({offsets, 1, D}, mask, qkv.data(), out.data());
  return {out.begin(), out.end()};
}

template <typename T>
void check(std::size_t tokens, std::size_t D, float p) {
  SCOPED_TRACE(std::to_string(tokens) + " tokens, head size " + std::to_string(D));
  const DropoutMask mask{11, p};
  const std::int64_t offsets[] = {0, static_cast<std::int64_t>(tokens)};
  const auto qkv = random_values<T>(tokens * 3 * D, 1, 2);
  const auto dout = random_values<T>(tokens * D, 2);
  std::vector<T> out(tokens * D), dqkv(qkv.size());
  dropped_attention({offsets, 1, D}, mask, qkv.data(), out.data());
  attention_gradient({offsets, 1, D}, mask, qkv.data(), dout.data(), dqkv.data());

  Reference expected;
  expected.T = tokens;
  expected.D = D;
  expected.factors = factors_of(tokens, mask);
  for (std::size_t t = 0; t < tokens; ++t) {
    for (std::size_t i = 0; i < D; ++i) {
      expected.q.push_back(to_float(qkv[t * 3 * D + i]));
      expected.k.push_back(to_float(qkv[t * 3 * D + D + i]));
      expected.v.push_back(to_float(qkv[t * 3 * D + 2 * D + i]));
      expected.dout.push_back(to_float(dout[t * D + i]));
    }
  }
  expected.compute();
  for (std::size_t t = 0; t < tokens; ++t) {
    for (std::size_t i = 0; i < D; ++i) {
      const auto near = [&](T found, double value, const char* what) {
        EXPECT_NEAR(to_float(found), value, 3 * tolerance<T>(value) + 3e-6) << what << " " << t << " " << i;
      };
      near(out[t * D + i], expected.out[t * D + i], "out");
      near(dqkv[t * 3 * D + i], expected.dq[t * D + i], "dq");
      near(dqkv[t * 3 * D + D + i], expected.dk[t * D + i], "dk");
      near(dqkv[t * 3 * D + 2 * D + i], expected.dv[t * D + i], "dv");
    }
  }
}

class AttentionGradientTest : public EachTarget {};

TEST_P(AttentionGradientTest, BothWaysMatchTheDefinition) {
  for (const float p : {0.0F, 0.25F}) {
    for (const std::size_t tokens : {1U, 2U, 7U, 16U, 37U}) {
      check<float>(tokens, 32, p);
      check<BFloat16>(tokens, 32, p);
    }
    check<float>(9, 5, p);
    check<BFloat16>(9, 24, p);
  }
}

TEST_P(AttentionGradientTest, WithoutDropoutItIsInferencesAttention) {
  const std::vector<std::int64_t> offsets = {0, 3, 10, 30};
  const auto qkv = random_values<float>(30 * 3 * 4 * 8, 1);
  std::vector<float> ours(30 * 4 * 8), theirs(ours.size());
  dropped_attention({offsets, 4, 8}, {}, qkv.data(), ours.data());
  attention(qkv.data(), offsets, 4, 8, theirs.data());
  for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], 2e-6);
}

TEST_P(AttentionGradientTest, HeadsAndRowsHaveMasksOfTheirOwn) {
  // Two rows of two heads, all with the same content: without masks of their own their results would agree.
  const std::vector<std::int64_t> offsets = {0, 8, 16};
  const auto one = random_values<float>(8 * 4, 1);
  std::vector<float> qkv, out(16 * 2 * 4);
  for (std::size_t token = 0; token < 16; ++token)
    for (std::size_t copy = 0; copy < 6; ++copy)
      qkv.insert(qkv.end(), one.begin() + static_cast<std::ptrdiff_t>(token % 8 * 4),
                 one.begin() + static_cast<std::ptrdiff_t>(token % 8 * 4 + 4));
  dropped_attention({offsets, 2, 4}, {3, 0.5F}, qkv.data(), out.data());
  const auto part = [&](std::size_t row, std::size_t head) {
    std::vector<float> result;
    for (std::size_t token = 0; token < 8; ++token)
      for (std::size_t i = 0; i < 4; ++i) result.push_back(out[((row * 8 + token) * 2 + head) * 4 + i]);
    return result;
  };
  EXPECT_NE(part(0, 0), part(0, 1));
  EXPECT_NE(part(0, 0), part(1, 0));
  EXPECT_NE(part(0, 1), part(1, 0));
}

INSTANTIATE_TEST_SUITE_P(, AttentionGradientTest, testing::ValuesIn(supported_targets()), target_name);

}  // namespace
}  // namespace reprtune::kernels
