// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/strict_json.h"

namespace loadline::conformance {

using nlohmann::json;

Result<validator::Document> ParseWithPlaces(const std::string& file, std::string_view text) {
  auto document = validator::Document::Parse(text);
  if (document.problems().empty() && document.root() != nullptr) return document;
  if (document.problems().empty()) return Failure(ErrorKind::kUnreadable, file + ": no JSON");
  const validator::TextProblem& problem = document.problems().front();
  return Failure(ErrorKind::kUnreadable,
                 file + ":" + std::to_string(problem.position.line) + ":" +
                     std::to_string(problem.position.column) + ": " + problem.message,
                 problem.hint);
}

Result<json> ParseStrict(const std::string& file, std::string_view text) {
  ASSIGN_OR_RETURN(const validator::Document document, ParseWithPlaces(file, text));
  return *document.root();
}

std::string PlaceOf(const std::string& file, const validator::Document& document,
                    const std::string& pointer) {
  const validator::Position position = document.ValueAt(pointer);
  return file + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
}

Error AtPlace(const std::string& file, const validator::Document& document, const std::string& base,
              Error error) {
  const std::string& words = error.what;
  const size_t named = words.starts_with('/') ? 0 : words.find(": /");
  const size_t begin = named == 0 ? 0 : named + 2;
  const std::string below =
      named == std::string::npos ? "" : words.substr(begin, words.find(": ", begin) - begin);
  error.what = PlaceOf(file, document, base + below) + ": " + words;
  error.kind = ErrorKind::kUsage;
  return error;
}

json ParseForeign(std::string_view text) {
  constexpr int kDepth = 128;
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDepth) return json(json::value_t::discarded);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return json::parse(text, nullptr, false);
}

}  // namespace loadline::conformance
