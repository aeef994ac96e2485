// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/strict_json.h"

#include <cerrno>

#include "validator/json/document.h"

namespace loadline::conformance {

using nlohmann::json;

Result<json> ParseStrict(const std::string& file, std::string_view text) {
  const auto document = validator::Document::Parse(text);
  if (document.problems().empty() && document.root() != nullptr) return *document.root();
  if (document.problems().empty()) return Failure(file + ": no JSON");
  const validator::TextProblem& problem = document.problems().front();
  Error error = Failure(file + ":" + std::to_string(problem.position.line) + ":" +
                            std::to_string(problem.position.column) + ": " + problem.message,
                        problem.hint);
  error.number = ENOEXEC;
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
