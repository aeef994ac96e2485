// SPDX-License-Identifier: Apache-2.0
// The csv format (RFC 4180), for spreadsheets: a row per result; of a comparison a row per check.
#include <charconv>

#include "base/joined.h"
#include "reports/parity/comparison.h"
#include "reports/plain_text.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

// A spreadsheet would run what begins so; after an apostrophe it is text.
bool IsFormula(std::string_view text) {
  const size_t begin = text.find_first_not_of(' ');
  constexpr std::string_view kSigns = "=+-@|";
  if (begin == std::string_view::npos) return false;
  text.remove_prefix(begin);
  if (kSigns.find(text[0]) != std::string_view::npos) return true;
  for (const std::string_view wide : {"＝", "＋", "－", "＠"}) {
    if (text.starts_with(wide)) return true;
  }
  return false;
}

// One row; what is a number of ours goes in as it is.
class Row {
 public:
  Row& Add(std::string_view foreign) {
    const std::string text = Shortened(foreign, kLongText);
    Separate();
    line_ += IsFormula(text) ? "\"'" : "\"";
    for (const char c : text) {
      if (c == '"') line_ += '"';
      line_ += c;
    }
    line_ += '"';
    return *this;
  }
  Row& Add(int64_t number) {
    Separate();
    line_ += std::to_string(number);
    return *this;
  }
  Row& Add(double number) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::general, 6);
    Separate();
    line_.append(text, end.ptr);
    return *this;
  }
  Row& AddNothing() {
    Separate();
    return *this;
  }
  std::string ToText() const { return line_ + "\r\n"; }

 private:
  void Separate() {
    if (count_++ > 0) line_ += ',';
  }
  std::string line_;
  int count_ = 0;
};

std::string Heading(std::initializer_list<std::string_view> names) {
  Row row;
  for (const std::string_view name : names) row.Add(name);
  return row.ToText();
}

std::string ResultRow(const CheckResult& result) {
  Row row;
  row.Add(result.subject)
      .Add(result.id)
      .Add(result.title)
      .Add(ToText(result.verdict))
      .Add(ToText(result.expected))
      .Add(result.Unexpected() ? "yes" : "no")
      .Add(schema::ToText(result.level))
      .Add(Joined(result.requirements, " "));
  if (result.location) {
    row.Add(result.location->file)
        .Add(int64_t{result.location->line})
        .Add(int64_t{result.location->column})
        .Add(result.location->pointer);
  } else {
    row.AddNothing().AddNothing().AddNothing().AddNothing();
  }
  if (result.duration_ms) {
    row.Add(*result.duration_ms);
  } else {
    row.AddNothing();
  }
  return row.Add(result.message).Add(result.hint).Add(result.reason).ToText();
}

std::string Write(const Report& report, const WriterOptions&) {
  std::string text = Heading({"subject", "id", "title", "verdict", "expected", "unexpected",
                              "level", "requirements", "file", "line", "column", "pointer",
                              "durationMs", "message", "hint", "reason"});
  for (const CheckResult& result : report.results) text += ResultRow(result);
  return text;
}

// A column per candidate with the word, and behind them all three with its figure.
std::string WriteComparison(const Comparison& comparison, const WriterOptions&) {
  Row heading;
  heading.Add("id").Add("title").Add("area").Add("agreement").Add("requirements");
  for (const std::string& name : comparison.names) heading.Add(name);
  for (const std::string& name : comparison.names)
    heading.Add(name + " ratio").Add(name + " low").Add(name + " high");
  std::string text = heading.ToText();
  for (const ParityRow& check : comparison.rows) {
    Row row;
    row.Add(check.id)
        .Add(check.title)
        .Add(check.area)
        .Add(ToText(check.agreement))
        .Add(Joined(check.requirements, " "));
    for (const ParityCell& cell : check.cells) row.Add(cell.Word());
    for (const ParityCell& cell : check.cells) {
      if (cell.figure) {
        row.Add(cell.figure->ratio).Add(cell.figure->low).Add(cell.figure->high);
      } else {
        row.AddNothing().AddNothing().AddNothing();
      }
    }
    text += row.ToText();
  }
  return text;
}

}  // namespace

Writer CsvWriter() { return {"csv", "a table for spreadsheets", Write, WriteComparison}; }

}  // namespace loadline::reports
