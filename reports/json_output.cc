// SPDX-License-Identifier: Apache-2.0
#include "reports/json_output.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/characters.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

void AddUnit(std::string& text, char32_t unit) {
  constexpr char kDigits[] = "0123456789abcdef";
  text += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) text += kDigits[(unit >> shift) & 15];
}

// Outside of its strings a JSON text has none of them; inside, an escape means the same.
std::string WithoutUnseen(std::string_view json) {
  const auto may_be_unseen = [](char c) { return static_cast<unsigned char>(c) >= 0x7F; };
  std::string text;
  text.reserve(json.size());
  while (!json.empty()) {
    const auto plain =
        static_cast<size_t>(std::find_if(json.begin(), json.end(), may_be_unseen) - json.begin());
    text += json.substr(0, plain);
    json.remove_prefix(plain);
    if (json.empty()) break;
    const Character character = FirstCharacter(json);
    const size_t length = std::max<size_t>(character.length, 1);
    if (!IsUnseen(character.point)) {
      text += json.substr(0, length);
    } else if (character.point < 0x10000) {
      AddUnit(text, character.point);
    } else {
      AddUnit(text, 0xD800 + ((character.point - 0x10000) >> 10));
      AddUnit(text, 0xDC00 + ((character.point - 0x10000) & 0x3FF));
    }
    json.remove_prefix(length);
  }
  return text;
}

}  // namespace

std::string WriteJson(const Json& document, int indent) {
  return WithoutUnseen(document.dump(indent, ' ', false, Json::error_handler_t::replace)) + "\n";
}

std::string WriteJsonLine(const char* type, const Json& content) {
  Json line;
  line["type"] = type;
  line.update(content);
  return WriteJson(line);
}

}  // namespace loadline::reports
