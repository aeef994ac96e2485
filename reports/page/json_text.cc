// SPDX-License-Identifier: Apache-2.0
#include "reports/page/json_text.h"

#include <nlohmann/json.hpp>

namespace loadline::reports {
namespace {

using nlohmann::json;

constexpr size_t kLine = 96;     // bytes that stay on one line
constexpr size_t kDeepest = 24;  // a foreign document may be nested without end
constexpr size_t kText = 2000;   // bytes of one text

std::string Dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string Scalar(const json& value) {
  if (!value.is_string() || value.get_ref<const std::string&>().size() <= kText) return Dump(value);
  return Dump(value.get_ref<const std::string&>().substr(0, kText) + "…");
}

std::string Key(const std::string& key) { return Scalar(json(key)) + ": "; }

class JsonWriter {
 public:
  explicit JsonWriter(size_t most) : most_(most) {}

  std::string Write(const json& document) {
    Add(document, 0);
    if (Full()) text_ += "\n… (the JSON report holds the rest)";
    return std::move(text_);
  }

 private:
  bool Full() const { return text_.size() >= most_; }

  // Appends the value to `line` unless that gets too long.
  bool Fits(const json& value, size_t depth, std::string& line) const {
    if (line.size() > kLine) return false;
    if (!value.is_structured()) {
      line += Scalar(value);
      return line.size() <= kLine;
    }
    if (depth > kDeepest) {
      line += "…";
      return true;
    }
    const bool object = value.is_object();
    line += object ? '{' : '[';
    bool first = true;
    for (const auto& member : value.items()) {
      if (!first) line += ", ";
      first = false;
      if (object) line += Key(member.key());
      if (!Fits(member.value(), depth + 1, line)) return false;
    }
    line += object ? '}' : ']';
    return line.size() <= kLine;
  }

  void Add(const json& value, size_t depth) {
    if (Full()) return;
    std::string line;
    if (Fits(value, depth, line)) {
      text_ += line;
    } else if (value.is_structured() && depth > kDeepest) {
      text_ += "…";
    } else if (value.is_structured()) {
      AddMembers(value, depth);
    } else {
      text_ += Scalar(value);
    }
  }

  void AddMembers(const json& value, size_t depth) {
    const bool object = value.is_object();
    text_ += object ? '{' : '[';
    const std::string indent(depth + 1, ' ');
    bool first = true;
    for (const auto& member : value.items()) {
      if (Full()) return;
      text_ += first ? "\n" : ",\n";
      first = false;
      text_ += indent;
      if (object) text_ += Key(member.key());
      Add(member.value(), depth + 1);
    }
    text_ += "\n" + std::string(depth, ' ') + (object ? '}' : ']');
  }

  size_t most_;
  std::string text_;
};

}  // namespace

std::string JsonText(const json& document, size_t most) { return JsonWriter(most).Write(document); }

}  // namespace loadline::reports
