// SPDX-License-Identifier: Apache-2.0
#include "conformance/mutants/pointer_pattern.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace loadline::mutants {
namespace {

using nlohmann::json;

// "~1" is '/', "~0" is '~' (RFC 6901, section 4).
std::string Unescape(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '~' && i + 1 < text.size();
    if (escape && text[i + 1] == '1') {
      plain += '/';
      ++i;
    } else if (escape && text[i + 1] == '0') {
      plain += '~';
      ++i;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

json& At(json& container, const json& key) {
  return key.is_string() ? container[key.get<std::string>()] : container[key.get<size_t>()];
}

bool IsIndex(const std::string& text) {
  return !text.empty() && text.size() < 9 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<PointerPattern> PointerPattern::Parse(std::string_view text) {
  PointerPattern pattern;
  const auto wrong = [text](std::string_view why) {
    return Failure("the pointer \"" + std::string(text) + "\" " + std::string(why),
                   "write it like /linux/namespaces/{type=uts} or /mounts/*/options");
  };
  size_t at = 0;
  while (at < text.size()) {
    if (text[at] != '/') return wrong("has no '/' before a token");
    ++at;
    if (at < text.size() && text[at] == '{') {
      const size_t end = text.find('}', at);
      if (end == std::string_view::npos) return wrong("has an open brace");
      const std::string_view inner = text.substr(at + 1, end - at - 1);
      const size_t equals = inner.find('=');
      if (equals == std::string_view::npos) {
        pattern.tokens_.push_back({Token::Kind::kText, "", std::string(inner)});
      } else {
        pattern.tokens_.push_back({Token::Kind::kMember, std::string(inner.substr(0, equals)),
                                   std::string(inner.substr(equals + 1))});
      }
      at = end + 1;
      continue;
    }
    const size_t end = std::min(text.find('/', at), text.size());
    const std::string_view token = text.substr(at, end - at);
    pattern.tokens_.push_back(
        {token == "*" ? Token::Kind::kAny : Token::Kind::kName, Unescape(token), ""});
    at = end;
  }
  if (pattern.tokens_.empty()) return wrong("names the whole document");
  return pattern;
}

std::vector<json> PointerPattern::Keys(const json& node, const Token& token) {
  std::vector<json> keys;
  if (node.is_object()) {
    if (token.kind == Token::Kind::kName && node.contains(token.key)) keys.emplace_back(token.key);
    if (token.kind == Token::Kind::kAny) {
      for (const auto& member : node.items()) keys.emplace_back(member.key());
    }
  } else if (node.is_array()) {
    for (size_t i = node.size(); i-- > 0;) {
      const json& element = node[i];
      const bool match = token.kind == Token::Kind::kAny ||
                         (token.kind == Token::Kind::kName && IsIndex(token.key) &&
                          token.key == std::to_string(i)) ||
                         (token.kind == Token::Kind::kText && element == json(token.value)) ||
                         (token.kind == Token::Kind::kMember && element.is_object() &&
                          element.contains(token.key) && element[token.key] == json(token.value));
      if (match) keys.emplace_back(i);
    }
  }
  return keys;
}

int PointerPattern::Visit(json& node, size_t depth, const Visitor& visitor) const {
  int count = 0;
  for (const json& key : Keys(node, tokens_[depth])) {
    if (depth + 1 < tokens_.size()) {
      count += Visit(At(node, key), depth + 1, visitor);
    } else {
      visitor(node, key);
      ++count;
    }
  }
  return count;
}

bool PointerPattern::Matches(const json& document) const {
  json copy = document;
  return Visit(copy, 0, [](json&, const json&) {}) > 0;
}

int PointerPattern::Drop(json& document) const {
  return Visit(document, 0, [](json& container, const json& key) {
    if (key.is_string()) {
      container.erase(key.get<std::string>());
    } else {
      container.erase(key.get<size_t>());
    }
  });
}

int PointerPattern::Apply(json& document, const std::function<void(json&)>& change) const {
  return Visit(document, 0,
               [&change](json& container, const json& key) { change(At(container, key)); });
}

}  // namespace loadline::mutants
