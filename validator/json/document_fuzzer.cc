// SPDX-License-Identifier: Apache-2.0
// Fuzzes the strict parser: it must not crash, and must agree with nlohmann's parser on what is
// JSON. Run: cmake --preset fuzz && cmake --build --preset fuzz --target document_fuzzer &&
//      build/fuzz/bin/document_fuzzer NEW_CORPUS_DIRECTORY validator/json/corpus
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "validator/json/document.h"

namespace {

using loadline::validator::Document;
using loadline::validator::Join;
using loadline::validator::Position;

void Require(bool holds) {
  if (!holds) std::abort();
}

// The character at a position, '\0' outside of the text.
char CharacterAt(std::string_view text, Position position) {
  for (int line = 1; line < position.line; ++line) {
    const size_t newline = text.find('\n');
    Require(newline != std::string_view::npos);
    text.remove_prefix(newline + 1);
  }
  const auto offset = static_cast<size_t>(position.column - 1);
  return offset < text.size() ? text[offset] : '\0';
}

// Every value begins where the document says.
void CheckPlaces(const Document& document, std::string_view text, const nlohmann::json& value,
                 const std::string& pointer) {
  const char found = CharacterAt(text, document.ValueAt(pointer));
  if (value.is_object()) {
    Require(found == '{');
    for (const auto& member : value.items()) {
      const std::string below = Join(pointer, member.key());
      Require(CharacterAt(text, document.KeyAt(below)) == '"');
      CheckPlaces(document, text, member.value(), below);
    }
  } else if (value.is_array()) {
    Require(found == '[');
    for (size_t i = 0; i < value.size(); ++i)
      CheckPlaces(document, text, value[i], Join(pointer, i));
  } else if (value.is_string()) {
    Require(found == '"');
  } else {
    Require(std::string_view("tfn-0123456789").find(found) != std::string_view::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Document document = Document::Parse(text);
  if (document.root() == nullptr) {
    Require(!document.problems().empty());
    return 0;
  }
  const auto other = nlohmann::json::parse(text, nullptr, false);
  Require(!other.is_discarded() && other == *document.root());
  CheckPlaces(document, text, *document.root(), "");
  return 0;
}
