#include <reprtune/data/display_text.h>
#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/scatter_plot.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxPoints = 2000;
constexpr std::size_t kColouredClasses = 12;  // beyond this, colours and shapes can no longer be told apart
constexpr double kSide = 400, kMargin = 14;   // of the square picture, in its own units

struct Place {
  double x = 0, y = 0;
};

struct Point {
  std::string text, label, predicted;
  Place before, after;
  std::size_t style = kColouredClasses;  // kColouredClasses: grey
};

std::optional<Place> place_of(const Json& point, const char* key) {
  const Json& pair = list_field(point, key);
  if (pair.size() != 2 || !pair[0].is_number() || !pair[1].is_number()) return std::nullopt;
  const Place place{pair[0].get<double>(), pair[1].get<double>()};
  if (!std::isfinite(place.x) || !std::isfinite(place.y)) return std::nullopt;
  return place;
}

std::vector<Point> read_points(const Json& scatter) {
  const Json& all = list_field(scatter, "points");
  const std::size_t count = std::min(all.size(), kMaxPoints);
  std::vector<Point> points;
  for (std::size_t i = 0; i < count; ++i) {
    const Json& each = all[i * all.size() / count];
    const auto before = place_of(each, "before"), after = place_of(each, "after");
    if (!before || !after) continue;
    points.push_back({text_field(each, "text"), text_field(each, "label"), text_field(each, "predicted"),
                      *before, *after});
  }
  return points;
}

// The classes that get a colour: all of a few, else the most frequent; in the order of `labels`.
std::vector<std::string> coloured_classes(const Json& labels, const std::vector<Point>& points) {
  std::map<std::string, std::size_t> rows;
  for (const Point& point : points) ++rows[point.label];
  std::vector<std::string> present;
  for (const Json& label : labels) {
    if (label.is_string() && rows.count(label.get<std::string>()) > 0)
      present.push_back(label.get<std::string>());
  }
  if (present.size() <= kColouredClasses) return present;
  std::vector<std::string> frequent = present;
  std::stable_sort(frequent.begin(), frequent.end(),
                   [&](const std::string& a, const std::string& b) { return rows[a] > rows[b]; });
  frequent.resize(kColouredClasses);
  std::erase_if(present, [&](const std::string& label) {
    return std::find(frequent.begin(), frequent.end(), label) == frequent.end();
  });
  return present;
}

// Moves the places of one picture onto its paper, both axes by the same scale.
void fit_to_paper(std::vector<Point>& points, Place Point::*which) {
  Place low{INFINITY, INFINITY}, high{-INFINITY, -INFINITY};
  for (const Point& point : points) {
    low = {std::min(low.x, (point.*which).x), std::min(low.y, (point.*which).y)};
    high = {std::max(high.x, (point.*which).x), std::max(high.y, (point.*which).y)};
  }
  const double span = std::max({high.x - low.x, high.y - low.y, 1e-30});
  const double scale = (kSide - 2 * kMargin) / span;
  const Place centre{(low.x + high.x) / 2, (low.y + high.y) / 2};
  for (Point& point : points) {
    Place& place = point.*which;
    place = {kSide / 2 + (place.x - centre.x) * scale, kSide / 2 - (place.y - centre.y) * scale};
  }
}

// Class i has colour i mod 8 and shape i mod 3: no two of 12 share both.
std::string marker(std::size_t style, bool wrong, double x, double y, double r) {
  std::string kind = "class=\"pt pt" + (style == kColouredClasses ? "x" : std::to_string(style % 8));
  kind += wrong ? " wrong\"" : "\"";
  char buffer[160];
  const std::size_t shape = style == kColouredClasses ? 0 : style % 3;
  if (shape == 0) {
    std::snprintf(buffer, sizeof buffer, "<circle %s cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>", kind.c_str(), x,
                  y, r);
  } else if (shape == 1) {
    std::snprintf(buffer, sizeof buffer, "<path %s d=\"M%.1f %.1fh%.1fv%.1fh-%.1fz\"/>", kind.c_str(),
                  x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8, r * 1.8);
  } else {
    std::snprintf(buffer, sizeof buffer, "<path %s d=\"M%.1f %.1fl%.1f %.1fh-%.1fz\"/>", kind.c_str(), x,
                  y - r * 1.2, r * 1.2, r * 2.1, r * 2.4);
  }
  return buffer;
}

std::string picture(const std::vector<Point>& points, Place Point::*which, const std::string& title,
                    const std::string& description) {
  const double radius = points.size() > 600 ? 2.6 : 3.6;
  char head[160];
  std::snprintf(head, sizeof head,
                "<svg class=\"scatter\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" tabindex=\"0\">", kSide,
                kSide);
  std::string out = "<figure>\n<figcaption>" + title + "</figcaption>\n" + head;
  out.append("<title>").append(title).append("</title><desc>").append(description).append("</desc>\n");
  for (const bool grey : {true, false}) {  // grey ones first: the coloured lie on top
    for (const Point& point : points) {
      if ((point.style == kColouredClasses) != grey) continue;
      const Place place = point.*which;
      out.append(marker(point.style, point.predicted != point.label, place.x, place.y, radius)).append("\n");
    }
  }
  return out + "<circle class=\"ring\" r=\"8\" visibility=\"hidden\"/></svg>\n</figure>\n";
}

std::string legend(const std::vector<std::string>& classes, bool others) {
  std::string out = "<ul class=\"legend\">";
  const auto add = [&out](std::size_t style, bool wrong, const std::string& name) {
    out.append("<li><svg class=\"swatch\" viewBox=\"0 0 10 10\" aria-hidden=\"true\">");
    out.append(marker(style, wrong, 5, 5, 3.8)).append("</svg>").append(name).append("</li>");
  };
  for (std::size_t i = 0; i < classes.size(); ++i) add(i, false, html_user_text(classes[i], 40));
  if (others) add(kColouredClasses, false, "all other classes");
  add(kColouredClasses, true, "outlined: predicted wrong");
  return out + "</ul>\n";
}

// What the script shows, as JSON that cannot end its <script> element.
std::string hover_data(const std::vector<Point>& points) {
  Json rows = Json::array();
  for (const Point& point : points) {
    const auto rounded = [](double value) { return std::round(value * 10) / 10; };
    rows.push_back({rounded(point.before.x), rounded(point.before.y), rounded(point.after.x),
                    rounded(point.after.y), display_text(point.text, kShownCharacters),
                    display_text(point.label, kShownCharacters),
                    display_text(point.predicted, kShownCharacters)});
  }
  std::string out = "<script type=\"application/json\" id=\"scatter-data\">";
  for (const char c : rows.dump()) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out + "</script>\n";
}

}  // namespace

std::string scatter_plots(const Json& scatter) {
  std::vector<Point> points = read_points(scatter);
  if (points.empty()) return {};
  const std::vector<std::string> classes = coloured_classes(list_field(scatter, "labels"), points);
  bool others = false;
  for (Point& point : points) {
    const auto found = std::find(classes.begin(), classes.end(), point.label);
    point.style =
        found == classes.end() ? kColouredClasses : static_cast<std::size_t>(found - classes.begin());
    others = others || found == classes.end();
  }
  fit_to_paper(points, &Point::before);
  fit_to_paper(points, &Point::after);

  std::string out = "<div class=\"pair\">\n";
  out += picture(points, &Point::before, "Before finetuning",
                 "Embeddings of the validation rows from the base model, projected to two dimensions.");
  out +=
      picture(points, &Point::after, "After finetuning",
              "Embeddings of the same rows from the finetuned model; rows of a class should lie together.");
  out.append("</div>\n").append(legend(classes, others));
  out += "<p id=\"scatter-tip\" role=\"status\" hidden></p>\n";
  return out + hover_data(points);
}

}  // namespace reprtune
