#include <reprtune/report/html.h>
#include <reprtune/report/reliability_diagram.h>

#include <cmath>
#include <cstdio>

namespace reprtune {
namespace {

// The picture in its own units; the page scales it.
constexpr double kWidth = 460, kHeight = 330;
constexpr double kLeft = 66, kRight = 446, kTop = 14, kBottom = 286;
constexpr double kSmallestDot = 3, kLargestDot = 14;

double place_x(double share) { return kLeft + share * (kRight - kLeft); }
double place_y(double share) { return kBottom - share * (kBottom - kTop); }

std::string text(const char* format, double a, double b = 0, double c = 0, double d = 0) {
  char buffer[256];
  std::snprintf(buffer, sizeof buffer, format, a, b, c, d);
  return buffer;
}

std::string axes() {
  std::string out;
  for (int i = 0; i <= 5; ++i) {
    const double share = i / 5.0;
    out += text("<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>", kLeft, place_y(share), kRight);
    out += text("<text class=\"tick\" text-anchor=\"end\" x=\"%.1f\" y=\"%.1f\">%.1f</text>", kLeft - 6,
                place_y(share) + 4, share);
    out += text("<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%.1f</text>\n",
                place_x(share), kBottom + 17, share);
  }
  out +=
      text("<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">", place_x(0.5), kBottom + 36);
  out += "mean probability of the answer</text>\n";
  return out + text("<path class=\"mark\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n", place_x(0), place_y(0), place_x(1),
                    place_y(1));
}

std::string dot(const ReliabilityBin& bin, std::size_t rows) {
  const double share = static_cast<double>(bin.rows) / static_cast<double>(rows);
  std::string out = text("<circle class=\"dot0\" fill-opacity=\"0.8\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\">",
                         place_x(*bin.confidence), place_y(*bin.accuracy),
                         kSmallestDot + (kLargestDot - kSmallestDot) * std::sqrt(share));
  out += "<title>" + html_count(bin.rows) + (bin.rows == 1 ? " row" : " rows");
  return out + text(": mean probability %.3f, %.3f right</title></circle>\n", *bin.confidence, *bin.accuracy);
}

}  // namespace

std::string reliability_diagram(const std::vector<ReliabilityBin>& table) {
  std::size_t rows = 0;
  for (const ReliabilityBin& bin : table) rows += bin.rows;
  if (rows == 0) return {};
  std::string out = "<figure>\n<figcaption>Share that is right, by probability</figcaption>\n";
  out += text("<svg class=\"chart\" viewBox=\"0 0 %.0f %.0f\" role=\"img\">", kWidth, kHeight);
  out +=
      "<title>Reliability diagram</title><desc>A dot for each bin of probabilities: the share of its rows "
      "that is right over their mean probability. Calibrated probabilities lie on the diagonal.</desc>\n";
  out += axes();
  for (const ReliabilityBin& bin : table)
    if (bin.rows > 0) out += dot(bin, rows);
  return out + "</svg>\n</figure>\n";
}

}  // namespace reprtune
