#include <reprtune/data/display_text.h>
#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/scatter_plot.h>

#include <algorithm>
#include <array>
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
constexpr std::size_t kBefore = 0, kAfter = 1;

/// A way of placing the rows.
struct View {
  const char* name;
  const char* title;
  const char* explanation;
  const char* keys[2];  ///< members of a point: its place before and after finetuning
};

constexpr View kViews[] = {
    {"pca",
     "main directions (PCA)",
     "The two axes are the directions in which the embeddings vary most (principal component analysis); they "
     "have no unit. Distances can be compared, but what lies together here may be apart in other directions.",
     {"before", "after"}},
    {"tsne",
     "neighbourhoods (t-SNE)",
     "Rows are placed so that neighbours stay neighbours (t-SNE). Which rows form a group means something; "
     "how far groups lie from each other, and how large they are, does not.",
     {"before_tsne", "after_tsne"}}};

struct Place {
  double x = 0, y = 0;
};
using Places = std::array<Place, 2>;  // before, after

struct Point {
  std::string text, label, predicted;
  std::vector<Places> views;             // the first of kViews
  std::size_t style = kColouredClasses;  // kColouredClasses: grey
  bool wrong() const { return predicted != label; }
};

std::optional<Place> place_of(const Json& point, const char* key) {
  const Json& pair = list_field(point, key);
  if (pair.size() != 2 || !pair[0].is_number() || !pair[1].is_number()) return std::nullopt;
  const Place place{pair[0].get<double>(), pair[1].get<double>()};
  if (!std::isfinite(place.x) || !std::isfinite(place.y)) return std::nullopt;
  return place;
}

/// As many views as it has places for.
std::vector<Places> views_of(const Json& point) {
  std::vector<Places> views;
  for (const View& view : kViews) {
    const auto before = place_of(point, view.keys[kBefore]), after = place_of(point, view.keys[kAfter]);
    if (!before || !after) break;
    views.push_back({*before, *after});
  }
  return views;
}

/// All with the same views, at least one.
std::vector<Point> read_points(const Json& scatter) {
  const Json& all = list_field(scatter, "points");
  const std::size_t count = std::min(all.size(), kMaxPoints);
  std::vector<Point> points;
  std::size_t shared = std::size(kViews);
  for (std::size_t i = 0; i < count; ++i) {
    const Json& each = all[i * all.size() / count];
    std::vector<Places> views = views_of(each);
    if (views.empty()) continue;
    shared = std::min(shared, views.size());
    points.push_back({text_field(each, "text"), text_field(each, "label"), text_field(each, "predicted"),
                      std::move(views)});
  }
  for (Point& point : points) point.views.resize(shared);
  return points;
}

// The classes that rows have, in the order of `labels`.
std::vector<std::string> present_classes(const Json& labels, const std::map<std::string, std::size_t>& rows) {
  std::vector<std::string> present;
  for (const Json& label : labels) {
    if (label.is_string() && rows.count(label.get<std::string>()) > 0)
      present.push_back(label.get<std::string>());
  }
  return present;
}

// Those that get a colour: all of a few, else the most frequent.
std::vector<std::string> coloured_classes(const std::vector<std::string>& present,
                                          std::map<std::string, std::size_t>& rows) {
  if (present.size() <= kColouredClasses) return present;
  std::vector<std::string> frequent = present;
  std::stable_sort(frequent.begin(), frequent.end(),
                   [&](const std::string& a, const std::string& b) { return rows[a] > rows[b]; });
  frequent.resize(kColouredClasses);
  std::vector<std::string> coloured = present;
  std::erase_if(coloured, [&](const std::string& label) {
    return std::find(frequent.begin(), frequent.end(), label) == frequent.end();
  });
  return coloured;
}

// Moves the places of one picture onto its paper, both axes by the same scale.
void fit_to_paper(std::vector<Point>& points, std::size_t view, std::size_t side) {
  Place low{INFINITY, INFINITY}, high{-INFINITY, -INFINITY};
  for (const Point& point : points) {
    const Place& place = point.views[view][side];
    low = {std::min(low.x, place.x), std::min(low.y, place.y)};
    high = {std::max(high.x, place.x), std::max(high.y, place.y)};
  }
  const double span = std::max({high.x - low.x, high.y - low.y, 1e-30});
  const double scale = (kSide - 2 * kMargin) / span;
  const Place centre{(low.x + high.x) / 2, (low.y + high.y) / 2};
  for (Point& point : points) {
    Place& place = point.views[view][side];
    place = {kSide / 2 + (place.x - centre.x) * scale, kSide / 2 - (place.y - centre.y) * scale};
  }
}

// Class i has colour i mod 8 and shape i mod 3: no two of 12 share both.
std::string marker(std::size_t style, bool wrong, Place at, double r) {
  std::string kind = "class=\"pt pt" + (style == kColouredClasses ? "x" : std::to_string(style % 8));
  kind += wrong ? " wrong\"" : "\"";
  char shape[80], buffer[200];
  switch (style == kColouredClasses ? 0 : style % 3) {
    case 0:
      std::snprintf(shape, sizeof shape, "<circle r=\"%.1f\"", r);
      break;
    case 1:
      std::snprintf(shape, sizeof shape, "<path d=\"M%.1f %.1fh%.1fv%.1fh-%.1fz\"", -r * 0.9, -r * 0.9,
                    r * 1.8, r * 1.8, r * 1.8);
      break;
    default:
      std::snprintf(shape, sizeof shape, "<path d=\"M0 %.1fl%.1f %.1fh-%.1fz\"", -r * 1.2, r * 1.2, r * 2.1,
                    r * 2.4);
  }
  std::snprintf(buffer, sizeof buffer, "%s %s transform=\"translate(%.1f %.1f)\"/>", shape, kind.c_str(),
                at.x, at.y);
  return buffer;
}

std::string picture(const std::vector<Point>& points, std::size_t side, const std::string& title) {
  const double radius = points.size() > 600 ? 2.6 : 3.6;
  char head[160];
  std::snprintf(head, sizeof head,
                "<svg class=\"scatter\" viewBox=\"0 0 %.0f %.0f\" role=\"application\" tabindex=\"0\" "
                "aria-describedby=\"scatter-keys\">",
                kSide, kSide);
  std::string out = "<figure>\n<figcaption>" + title + "</figcaption>\n" + head;
  out.append("<title>").append(title).append("</title>\n");
  for (const Point& point : points)
    out.append(marker(point.style, point.wrong(), point.views[0][side], radius)).append("\n");
  return out + "<circle class=\"ring\" r=\"8\" visibility=\"hidden\"/></svg>\n</figure>\n";
}

std::string legend_entry(std::size_t style, bool wrong, const std::string& name) {
  return "<li><svg class=\"swatch\" viewBox=\"0 0 10 10\" aria-hidden=\"true\">" +
         marker(style, wrong, {5, 5}, 3.8) + "</svg>" + name + "</li>";
}

// By class and, for the script to show instead, by whether the model is right.
std::string legends(const std::vector<std::string>& classes, bool others) {
  std::string out = "<ul class=\"legend classes\">";
  for (std::size_t i = 0; i < classes.size(); ++i)
    out += legend_entry(i, false, html_user_text(classes[i], 40));
  if (others) out += legend_entry(kColouredClasses, false, "all other classes");
  out += legend_entry(kColouredClasses, true, "outlined: predicted wrong");
  out += "</ul>\n<ul class=\"legend answers by-answer\">";
  out += legend_entry(kColouredClasses, false, "predicted right") +
         legend_entry(kColouredClasses, true, "predicted wrong");
  return out + "</ul>\n";
}

std::string radio(const std::string& group, const std::string& value, const std::string& title,
                  bool checked) {
  return "<label><input type=\"radio\" name=\"" + group + "\" value=\"" + value + "\"" +
         (checked ? " checked" : "") + "/> " + title + "</label>\n";
}

// Shown by the script, which does what they say.
std::string controls(std::size_t views, const std::vector<std::string>& classes) {
  std::string out = "<form id=\"scatter-controls\" class=\"controls\" hidden>\n";
  if (views > 1) {
    out += "<fieldset><legend>View</legend>\n";
    for (std::size_t i = 0; i < views; ++i) out += radio("view", kViews[i].name, kViews[i].title, i == 0);
    out += "</fieldset>\n";
  }
  out += "<fieldset><legend>Colour</legend>\n" + radio("colour", "class", "class", true) +
         radio("colour", "answer", "right or wrong", false) + "</fieldset>\n";
  out +=
      "<fieldset><legend>Class</legend>\n<select name=\"shown\" aria-label=\"Class to show\">"
      "<option value=\"\">all classes</option>";
  for (const std::string& name : classes) {
    const std::string shown = html_text(name, kShownCharacters);
    out += "<option value=\"" + shown + "\">" + html_text(name, 40) + "</option>";
  }
  return out + "</select></fieldset>\n</form>\n";
}

std::string explanations(std::size_t views) {
  std::string out;
  for (std::size_t i = 0; i < views; ++i) {
    out += std::string("<p class=\"meta\" data-view=\"") + kViews[i].name + "\"" +
           (i > 0 ? " hidden>" : ">") + kViews[i].explanation + "</p>\n";
  }
  return out;
}

// What the script shows: {"rows": [[text, label, predicted]], "places": {view: [[x, y, x, y]]}}.
std::string script_data(const std::vector<Point>& points) {
  const auto rounded = [](double value) { return std::round(value * 10) / 10; };
  Json rows = Json::array(), places = Json::object();
  for (const Point& point : points) {
    rows.push_back({display_text(point.text, kShownCharacters), display_text(point.label, kShownCharacters),
                    display_text(point.predicted, kShownCharacters)});
    for (std::size_t i = 0; i < point.views.size(); ++i) {
      const auto& [before, after] = point.views[i];
      places[kViews[i].name].push_back(
          {rounded(before.x), rounded(before.y), rounded(after.x), rounded(after.y)});
    }
  }
  return html_data("scatter-data", {{"rows", std::move(rows)}, {"places", std::move(places)}});
}

// Gives every point its style. Grey points come first: they are drawn beneath the coloured ones.
void style_points(std::vector<Point>& points, const std::vector<std::string>& coloured) {
  for (Point& point : points) {
    const auto found = std::find(coloured.begin(), coloured.end(), point.label);
    point.style =
        found == coloured.end() ? kColouredClasses : static_cast<std::size_t>(found - coloured.begin());
  }
  std::stable_partition(points.begin(), points.end(),
                        [](const Point& point) { return point.style == kColouredClasses; });
}

}  // namespace

std::string scatter_plots(const Json& scatter) {
  std::vector<Point> points = read_points(scatter);
  if (points.empty()) return {};
  std::map<std::string, std::size_t> rows;
  for (const Point& point : points) ++rows[point.label];
  const std::vector<std::string> present = present_classes(list_field(scatter, "labels"), rows);
  const std::vector<std::string> coloured = coloured_classes(present, rows);
  style_points(points, coloured);
  const std::size_t views = points.front().views.size();
  for (std::size_t view = 0; view < views; ++view)
    for (const std::size_t side : {kBefore, kAfter}) fit_to_paper(points, view, side);

  std::string out = controls(views, present) + "<div id=\"scatter\">\n<div class=\"pair\">\n";
  out += picture(points, kBefore, "Before finetuning") + picture(points, kAfter, "After finetuning") +
         "</div>\n";
  out += legends(coloured, points.front().style == kColouredClasses) + "</div>\n";
  out += "<p id=\"scatter-tip\" class=\"panel\" role=\"status\" hidden></p>\n" + explanations(views);
  out +=
      "<p id=\"scatter-keys\" class=\"unseen\">Left and right arrow keys go through all rows, up and down "
      "through those predicted wrong.</p>\n";
  return out + script_data(points);
}

}  // namespace reprtune
