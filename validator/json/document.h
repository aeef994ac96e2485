// SPDX-License-Identifier: Apache-2.0
// Document: a JSON text, parsed strictly, that knows where each of its keys and values stands.
#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace loadline::validator {

class PlaceTree;

// 1-based; columns count bytes. A default position is the beginning of the file.
struct Position {
  int line = 1;
  int column = 1;
};

struct Limits {
  size_t bytes = size_t{16} << 20;
  int depth = 128;
};

// Something wrong with the text itself. At most 100 are kept. "json/number": an integer outside
// int64 and uint64, which parsers round to a double (the document keeps the double), or a number
// too large for a double (then there is no root). A number with a fraction or an exponent is a
// double: whether an integer was expected is for the schema to say.
struct TextProblem {
  std::string rule;  // "json/syntax", "json/duplicate-key", "json/utf-8", "json/depth",
                     // "json/size", "json/number", "json/empty"
  Position position;
  std::string pointer;  // of the innermost value, as far as it is known
  std::string message;
  std::string hint;
};

// Pointers are RFC 6901. Move-only. The text has to live as long as the document: where things
// stand is looked up in it when somebody asks. For one thread at a time.
class Document {
 public:
  // Always returns: a text that cannot be parsed gives a document without a root and at least one
  // problem; duplicate keys are problems of a document that has a root (the last one wins, as in
  // every parser that users have).
  static Document Parse(std::string_view text, const Limits& limits = {});
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  const std::vector<TextProblem>& problems() const;
  // nullptr when the text could not be parsed.
  const nlohmann::json* root() const;
  // Where the value, or the key of the member, at `pointer` begins; of a pointer that does not
  // exist, its nearest existing ancestor.
  Position ValueAt(std::string_view pointer) const;
  Position KeyAt(std::string_view pointer) const;

 private:
  const PlaceTree& Places() const;

  struct Content;
  explicit Document(std::unique_ptr<Content> content);
  std::unique_ptr<Content> content_;
};

// Appends one reference token to a pointer, escaped ("~" and "/").
std::string Join(std::string_view pointer, std::string_view token);
std::string Join(std::string_view pointer, size_t index);

}  // namespace loadline::validator
