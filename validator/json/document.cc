// SPDX-License-Identifier: Apache-2.0
#include "validator/json/document.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "validator/json/utf8.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;

struct Place {
  Position value;
  Position key;
};

// Walks over the text beside the parser's events, so that each value's place is known; nlohmann
// does not tell.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  // Skips what stands between tokens.
  Position NextToken() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      } else if (c != ' ' && c != '\t' && c != '\r' && c != ',' && c != ':') {
        break;
      }
      ++at_;
    }
    return Here();
  }

  void SkipString() {
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    ++at_;
  }

  void SkipScalar() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n,:]}").find(text_[at_]) == std::string_view::npos)
      ++at_;
  }

  void SkipBracket() { ++at_; }

  Position Here() const { return {line_, static_cast<int>(at_ - line_start_) + 1}; }

 private:
  std::string_view text_;
  size_t at_ = 0;
  size_t line_start_ = 0;
  int line_ = 1;
};

Position PositionOf(std::string_view text, size_t offset) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const size_t newline = before.rfind('\n');
  const auto lines = std::count(before.begin(), before.end(), '\n');
  return {static_cast<int>(lines) + 1,
          static_cast<int>(offset - (newline == std::string_view::npos ? 0 : newline + 1)) + 1};
}

// "[json.exception…] parse error at line 1, column 2: syntax error while …" without what the
// position says already.
std::string PlainSyntaxMessage(const std::string& what) {
  const size_t begin = what.find("syntax error");
  std::string message = begin == std::string::npos ? what : what.substr(begin);
  constexpr size_t kEnough = 300;
  if (message.size() > kEnough) message = message.substr(0, kEnough) + "…";
  return message;
}

}  // namespace

struct Document::Content {
  std::unique_ptr<Json> root;
  std::vector<TextProblem> problems;
  std::unordered_map<std::string, Place> places;
};

namespace {

// Builds the value and its places from the parser's events.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, const Limits& limits, Json& root,
          std::vector<TextProblem>& problems, std::unordered_map<std::string, Place>& places)
      : text_(text),
        limits_(limits),
        cursor_(text),
        root_(root),
        problems_(problems),
        places_(places) {}

  bool null() override { return AddScalar(nullptr); }
  bool boolean(bool value) override { return AddScalar(value); }
  bool number_integer(number_integer_t value) override { return AddScalar(value); }
  bool number_unsigned(number_unsigned_t value) override { return AddScalar(value); }

  bool number_float(number_float_t value, const string_t& token) override {
    const Position position = cursor_.NextToken();
    const bool whole = token.find_first_of(".eE") == string_t::npos;
    if (whole || !std::isfinite(value)) {
      Report("json/number", position, PointerToNext(),
             "the number " + token.substr(0, 40) + " does not fit into 64 bits",
             "use a smaller number");
    }
    return AddScalar(value);
  }

  bool string(string_t& value) override {
    const Position position = cursor_.NextToken();
    cursor_.SkipString();
    Add(std::move(value), position);
    return true;
  }

  bool binary(binary_t&) override { return false; }  // not in JSON

  bool start_object(std::size_t) override { return Open(Json::object()); }
  bool start_array(std::size_t) override { return Open(Json::array()); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    key_position_ = cursor_.NextToken();
    cursor_.SkipString();
    Frame& frame = frames_.back();
    if (frame.value->contains(name)) {
      Report("json/duplicate-key", key_position_, Join(frame.pointer, name),
             "the key \"" + name + "\" stands here a second time; parsers keep the last one",
             "remove one of them");
    }
    key_ = std::move(name);
    return true;
  }

  bool parse_error(std::size_t offset, const std::string&,
                   const nlohmann::detail::exception& error) override {
    const std::string pointer = frames_.empty() ? "" : frames_.back().pointer;
    if (error.id == 406) {
      const Position position = cursor_.NextToken();
      Report("json/number", position, PointerToNext(),
             "the number is larger than any parser can hold", "use a smaller number");
    } else {
      Report("json/syntax", PositionOf(text_, offset > 0 ? offset - 1 : 0), pointer,
             PlainSyntaxMessage(error.what()), "mend the JSON text here");
    }
    return false;
  }

 private:
  struct Frame {
    Json* value;
    std::string pointer;
  };

  void Report(const char* rule, Position position, std::string pointer, std::string message,
              std::string hint) {
    problems_.push_back({rule, position, std::move(pointer), std::move(message), std::move(hint)});
  }

  std::string PointerToNext() const {
    if (frames_.empty()) return "";
    const Frame& frame = frames_.back();
    return frame.value->is_object() ? Join(frame.pointer, key_)
                                    : Join(frame.pointer, frame.value->size());
  }

  Json* Add(Json value, Position position) {
    std::string pointer = PointerToNext();
    places_[pointer] = {
        position, frames_.empty() || !frames_.back().value->is_object() ? position : key_position_};
    if (frames_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *frames_.back().value;
    if (parent.is_object()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }

  bool AddScalar(Json value) {
    const Position position = cursor_.NextToken();
    cursor_.SkipScalar();
    Add(std::move(value), position);
    return true;
  }

  bool Open(Json value) {
    const Position position = cursor_.NextToken();
    cursor_.SkipBracket();
    std::string pointer = PointerToNext();
    if (static_cast<int>(frames_.size()) >= limits_.depth) {
      Report("json/depth", position, pointer,
             "values are nested deeper than " + std::to_string(limits_.depth) + " levels",
             "no document of the standard is that deep");
      return false;
    }
    Json* opened = Add(std::move(value), position);
    frames_.push_back({opened, std::move(pointer)});
    return true;
  }

  bool Close() {
    cursor_.NextToken();
    cursor_.SkipBracket();
    frames_.pop_back();
    return true;
  }

  std::string_view text_;
  const Limits& limits_;
  Cursor cursor_;
  Json& root_;
  std::vector<TextProblem>& problems_;
  std::unordered_map<std::string, Place>& places_;
  std::vector<Frame> frames_;
  std::string key_;
  Position key_position_;
};

// What is wrong with the bytes before any of them is parsed.
std::optional<TextProblem> CheckBytes(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes) {
    return TextProblem{"json/size",
                       {},
                       "",
                       "the text is larger than " + std::to_string(limits.bytes >> 20) + " MiB",
                       "no document of the standard is that large"};
  }
  if (text.starts_with("\xEF\xBB\xBF"))
    return TextProblem{"json/utf-8",
                       {},
                       "",
                       "the text begins with a byte order mark",
                       "save it as UTF-8 without one"};
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return TextProblem{"json/empty", {}, "", "the text is empty", "a JSON object was expected"};
  if (const auto bad = FindBadUtf8(text)) {
    return TextProblem{"json/utf-8", PositionOf(text, *bad), "", "these bytes are not UTF-8",
                       "JSON texts are UTF-8"};
  }
  return std::nullopt;
}

}  // namespace

Document::Document(std::unique_ptr<Content> content) : content_(std::move(content)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Document Document::Parse(std::string_view text, const Limits& limits) {
  auto content = std::make_unique<Content>();
  if (auto problem = CheckBytes(text, limits)) {
    content->problems.push_back(*problem);
    return Document(std::move(content));
  }
  auto root = std::make_unique<Json>();
  Builder builder(text, limits, *root, content->problems, content->places);
  if (Json::sax_parse(text, &builder)) content->root = std::move(root);
  return Document(std::move(content));
}

const std::vector<TextProblem>& Document::problems() const { return content_->problems; }
const Json* Document::root() const { return content_->root.get(); }

namespace {

// The place of the pointer, or of its nearest ancestor that exists.
const Place& Nearest(const std::unordered_map<std::string, Place>& places,
                     std::string_view pointer) {
  static const Place beginning;
  std::string key(pointer);
  while (true) {
    const auto found = places.find(key);
    if (found != places.end()) return found->second;
    const size_t slash = key.rfind('/');
    if (slash == std::string::npos) return beginning;
    key.resize(slash);
  }
}

}  // namespace

Position Document::ValueAt(std::string_view pointer) const {
  return Nearest(content_->places, pointer).value;
}
Position Document::KeyAt(std::string_view pointer) const {
  return Nearest(content_->places, pointer).key;
}

std::string Join(std::string_view pointer, std::string_view token) {
  std::string joined(pointer);
  joined += '/';
  for (const char c : token) {
    if (c == '~') {
      joined += "~0";
    } else if (c == '/') {
      joined += "~1";
    } else {
      joined += c;
    }
  }
  return joined;
}

std::string Join(std::string_view pointer, size_t index) {
  return std::string(pointer) + "/" + std::to_string(index);
}

}  // namespace loadline::validator
