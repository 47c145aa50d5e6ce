#include <reprtune/report/html_table.h>

#include <cassert>
#include <utility>

namespace reprtune {
namespace {

using Kind = HtmlColumn::Kind;

constexpr std::size_t kTallTable = 15;  // one with more rows scrolls by itself

std::string head_cell(const HtmlColumn& column) {
  if (column.kind == Kind::bar) return "<th class=\"bar\" aria-hidden=\"true\"></th>";
  const std::string kind = column.kind == Kind::number ? " class=\"n\">" : ">";
  return "<th scope=\"col\"" + kind + column.name + "</th>";
}

std::string body_cell(const HtmlColumn& column, const std::string& content) {
  const std::string named = " data-name=\"" + column.name + "\"";
  switch (column.kind) {
    case Kind::heading:
      return "<th scope=\"row\">" + content + "</th>";
    case Kind::number:
      return "<td class=\"n\"" + named + ">" + content + "</td>";
    case Kind::passage:
      return "<td class=\"text\"" + named + ">" + content + "</td>";
    case Kind::bar:
      if (content.empty()) return "<td class=\"bar\" aria-hidden=\"true\"></td>";
      return "<td class=\"bar\" aria-hidden=\"true\"><span style=\"width:" + content + "%\"></span></td>";
    case Kind::word:
      break;
  }
  return "<td" + named + ">" + content + "</td>";
}

}  // namespace

HtmlTable::HtmlTable(std::string name, std::vector<HtmlColumn> columns, Narrow narrow)
    : name_(std::move(name)), columns_(std::move(columns)), narrow_(narrow) {}

std::string HtmlTable::row(const std::vector<std::string>& cells) const {
  assert(cells.size() == columns_.size());
  std::string out = "<tr>";
  for (std::size_t i = 0; i < cells.size(); ++i) out += body_cell(columns_[i], cells[i]);
  return out + "</tr>\n";
}

void HtmlTable::add_row(const std::vector<std::string>& cells) {
  body_ += row(cells);
  ++rows_;
}

void HtmlTable::add_foot_row(const std::vector<std::string>& cells) { foot_ += row(cells); }

std::string HtmlTable::html() const {
  if (rows_ == 0) return {};
  std::string classes = narrow_ == Narrow::stack ? "stack" : "shrink";
  for (const HtmlColumn& column : columns_)
    if (column.kind == Kind::bar || column.kind == Kind::passage) classes += " wide";
  std::string out =
      "<table class=\"" + classes + "\"><caption class=\"unseen\">" + name_ + "</caption>\n<thead><tr>";
  for (const HtmlColumn& column : columns_) out += head_cell(column);
  out.append("</tr></thead>\n<tbody>\n").append(body_).append("</tbody>\n");
  if (!foot_.empty()) out.append("<tfoot>\n").append(foot_).append("</tfoot>\n");
  return html_scroll_box(name_, out + "</table>\n", rows_ > kTallTable);
}

std::string html_scroll_box(const std::string& name, const std::string& content, bool tall) {
  std::string out = tall ? "<div class=\"scroll tall\"" : "<div class=\"scroll\"";
  out.append(" role=\"region\" tabindex=\"0\" aria-label=\"").append(name).append("\">\n");
  return out.append(content).append("</div>\n");
}

}  // namespace reprtune
