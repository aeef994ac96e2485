// SPDX-License-Identifier: Apache-2.0
#include "validator/json/document.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "validator/json/place_tree.h"
#include "validator/json/utf8.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;

// A text can have as many problems as bytes, and a pointer can be as long as the text; nobody reads
// that much.
constexpr size_t kMostProblems = 100;
constexpr size_t kLongestPointer = 4096;

// The first bytes of a text, cut between characters.
std::string Shortened(std::string_view text, size_t limit) {
  if (text.size() <= limit) return std::string(text);
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return std::string(text.substr(0, limit)) + "…";
}

// On one line, in quotes.
std::string Quoted(std::string_view text) {
  return Json(Shortened(text, 60)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

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
  return Shortened(begin == std::string::npos ? what : what.substr(begin), 300);
}

}  // namespace

struct Document::Content {
  std::string_view text;
  Limits limits;
  std::unique_ptr<Json> root;
  std::vector<TextProblem> problems;
  // Most documents are sound, and nobody asks where anything stands in them: this is filled by a
  // second parse, at the first question.
  std::optional<PlaceTree> places;
  std::unique_ptr<Json> names;  // what the places' names live in

  // Parses the text once more, this time exactly; no names when it is not JSON.
  void FindPlaces();
};

namespace {

// Builds the value and its places from the parser's events.
class Builder : public nlohmann::json_sax<Json> {
 public:
  // Without `places` it only builds the value, and stops at the first problem.
  Builder(std::string_view text, const Limits& limits, Json& root,
          std::vector<TextProblem>& problems, PlaceTree* places)
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
    const Position position = NextToken();
    const bool whole = token.find_first_of(".eE") == string_t::npos;
    if (whole || !std::isfinite(value)) {
      Report("json/number", position, PointerToNext(),
             "the number " + Shortened(token, 40) + " does not fit into 64 bits",
             "use a smaller number: a parser would round this one");
    }
    return AddScalar(value) && GoesOn();
  }

  bool string(string_t& value) override {
    const Position position = NextToken();
    if (places_ != nullptr) cursor_.SkipString();
    Add(std::move(value), position);
    return true;
  }

  bool binary(binary_t&) override { return false; }  // not in JSON

  bool start_object(std::size_t) override { return Open(Json::object()); }
  bool start_array(std::size_t) override { return Open(Json::array()); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    key_position_ = NextToken();
    if (places_ != nullptr) cursor_.SkipString();
    Frame& frame = frames_.back();
    if (problems_.size() < kMostProblems && frame.value->contains(name)) {
      key_ = name;
      Report("json/duplicate-key", key_position_, PointerToNext(),
             "the key " + Quoted(name) + " stands here a second time; parsers keep the last one",
             "remove one of them");
    }
    key_ = std::move(name);
    return GoesOn();
  }

  bool parse_error(std::size_t offset, const std::string&,
                   const nlohmann::detail::exception& error) override {
    if (error.id == 406) {
      const Position position = NextToken();
      Report("json/number", position, PointerToNext(),
             "the number is larger than any parser can hold", "use a smaller number");
    } else {
      Report("json/syntax", PositionOf(text_, offset > 0 ? offset - 1 : 0),
             PointerTo(frames_.size()), PlainSyntaxMessage(error.what()),
             "mend the JSON text here");
    }
    return false;
  }

 private:
  bool GoesOn() const { return places_ != nullptr || problems_.empty(); }
  Position NextToken() { return places_ == nullptr ? Position() : cursor_.NextToken(); }

  // An object or array that is open, and where it hangs in the one around it.
  struct Frame {
    Json* value;
    const std::string* name;  // nullptr: an element
    size_t index;
  };

  void Report(const char* rule, Position position, std::string pointer, std::string message,
              std::string hint) {
    if (problems_.size() >= kMostProblems) return;
    problems_.push_back({rule, position, std::move(pointer), std::move(message), std::move(hint)});
  }

  // The pointer to the value of the first `depth` frames; of its ancestor when it is too long.
  std::string PointerTo(size_t depth) const {
    std::string pointer;
    for (size_t i = 1; i < depth; ++i) {
      const Frame& frame = frames_[i];
      if (frame.name != nullptr && pointer.size() + frame.name->size() > kLongestPointer) break;
      pointer = frame.name != nullptr ? Join(pointer, *frame.name) : Join(pointer, frame.index);
    }
    return pointer;
  }

  std::string PointerToNext() const {
    if (frames_.empty()) return "";
    std::string pointer = PointerTo(frames_.size());
    const Json& parent = *frames_.back().value;
    if (parent.is_array()) return Join(pointer, parent.size());
    return pointer.size() + key_.size() > kLongestPointer ? pointer : Join(pointer, key_);
  }

  // Puts the value where it belongs; gives its frame in case it is opened.
  Frame Add(Json value, Position position) {
    if (frames_.empty()) {
      root_ = std::move(value);
      if (places_ != nullptr) places_->Add({position, position}, nullptr);
      return {&root_, nullptr, 0};
    }
    Json& parent = *frames_.back().value;
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      if (places_ != nullptr) places_->Add({position, position}, nullptr);
      return {&parent.back(), nullptr, parent.size() - 1};
    }
    const auto member =
        parent.get_ref<Json::object_t&>().insert_or_assign(key_, std::move(value)).first;
    if (places_ != nullptr) places_->Add({position, key_position_}, &member->first);
    return {&member->second, &member->first, 0};
  }

  bool AddScalar(Json value) {
    const Position position = NextToken();
    if (places_ != nullptr) cursor_.SkipScalar();
    Add(std::move(value), position);
    return true;
  }

  bool Open(Json value) {
    const Position position = NextToken();
    if (places_ != nullptr) cursor_.SkipBracket();
    if (static_cast<int>(frames_.size()) >= limits_.depth) {
      Report("json/depth", position, PointerToNext(),
             "values are nested deeper than " + std::to_string(limits_.depth) + " levels",
             "no document of the standard is that deep");
      return false;
    }
    frames_.push_back(Add(std::move(value), position));
    if (places_ != nullptr) places_->Open();
    return true;
  }

  bool Close() {
    frames_.pop_back();
    if (places_ == nullptr) return true;
    cursor_.NextToken();
    cursor_.SkipBracket();
    places_->Close();
    return true;
  }

  std::string_view text_;
  const Limits& limits_;
  Cursor cursor_;
  Json& root_;
  std::vector<TextProblem>& problems_;
  PlaceTree* places_;
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
                       "the text is larger than " + std::to_string(limits.bytes) + " bytes",
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
    const bool nul = text[*bad] == '\0';
    return TextProblem{"json/utf-8", PositionOf(text, *bad), "",
                       nul ? "there is a NUL byte" : "the bytes from here on are not UTF-8",
                       "save the text as UTF-8"};
  }
  return std::nullopt;
}

}  // namespace

void Document::Content::FindPlaces() {
  places.emplace();
  names = std::make_unique<Json>();
  std::vector<TextProblem> found;
  Builder builder(text, limits, *names, found, &*places);
  if (!Json::sax_parse(text, &builder)) {
    places.emplace();
    names = nullptr;
  }
  if (root == nullptr) problems = std::move(found);
}

Document::Document(std::unique_ptr<Content> content) : content_(std::move(content)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Document Document::Parse(std::string_view text, const Limits& limits) {
  auto content = std::make_unique<Content>();
  if (auto problem = CheckBytes(text, limits)) {
    content->problems.push_back(*problem);
    content->places.emplace();
    return Document(std::move(content));
  }
  content->text = text;
  content->limits = limits;
  auto root = std::make_unique<Json>();
  Builder builder(text, limits, *root, content->problems, nullptr);
  if (Json::sax_parse(text, &builder) && content->problems.empty()) {
    content->root = std::move(root);
    return Document(std::move(content));
  }
  content->problems.clear();
  content->FindPlaces();
  content->root = std::move(content->names);
  return Document(std::move(content));
}

const std::vector<TextProblem>& Document::problems() const { return content_->problems; }
const Json* Document::root() const { return content_->root.get(); }

const PlaceTree& Document::Places() const {
  if (!content_->places) content_->FindPlaces();
  return *content_->places;
}

Position Document::ValueAt(std::string_view pointer) const {
  return Places().Nearest(pointer).value;
}
Position Document::KeyAt(std::string_view pointer) const { return Places().Nearest(pointer).key; }

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
