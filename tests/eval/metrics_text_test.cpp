#include <reprtune/data/display_text.h>
#include <reprtune/eval/metrics_text.h>

#include <sstream>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(MetricsText, ShowsEveryNumberOfASmallCase) {
  const Metrics metrics = compute_metrics(std::vector<std::size_t>{0, 0, 1, 1},
                                          std::vector<float>{1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0}, 3);
  EXPECT_EQ(metrics_text(metrics, {"ham", "spam", "\xE7\xB4\xA2\xE5\xBC\x95"}),
            "rows      4\n"
            "accuracy  0.7500\n"
            "log loss  21.8341\n"
            "ECE       0.2500\n"
            "\n"
            "class      precision  recall      F1     rows\n"
            "ham           1.0000  0.5000  0.6667        2\n"
            "spam          0.6667  1.0000  0.8000        2\n"
            "\xE7\xB4\xA2\xE5\xBC\x95               -       -       -        0\n"
            "\n"
            "macro         0.8333  0.7500  0.7333        4\n"
            "weighted      0.8333  0.7500  0.7333        4\n"
            "\n"
            "reliability\n"
            "probability     rows    mean  accuracy\n"
            "0.93 - 1.00        4  1.0000    0.7500\n"
            "\n"
            "most often confused\n"
            "true       predicted   rows\n"
            "ham        spam           1\n");
}

TEST(MetricsText, StaysAlignedAndSafeWithHostileLabels) {
  const Metrics metrics =
      compute_metrics(std::vector<std::size_t>{0, 1, 2}, std::vector<float>{0, 1, 0, 0, 1, 0, 0, 0, 1}, 3);
  const std::string text = metrics_text(
      metrics, {"\x1b[31mred\nline", std::string(200, 'x'), "\xF0\x9F\x98\x80 \xE0\xA4\x95\xE0\xA5\x8D"});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  std::istringstream lines(text);
  std::size_t width = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("class", 0) == 0) width = display_width(line);
    if (line.find("0.0000  0.0000") != std::string::npos || line.rfind("macro", 0) == 0) {
      EXPECT_EQ(display_width(line), width) << line;
    }
  }
  EXPECT_EQ(width, 40u + 11 + 8 + 8 + 9);
}

}  // namespace
}  // namespace reprtune
