// SPDX-License-Identifier: Apache-2.0
#include "reports/saved/bounded_json.h"

#include <nlohmann/json.hpp>

#include "reports/plain_text.h"

namespace loadline::reports {
namespace {

using nlohmann::json;

// Builds the value from the parser's events, and stops at the first thing that is wrong.
class Builder : public nlohmann::json_sax<json> {
 public:
  explicit Builder(JsonBudget& budget) : budget_(budget) {}

  bool null() override { return Add(nullptr); }
  bool boolean(bool value) override { return Add(value); }
  bool number_integer(number_integer_t value) override { return Add(value); }
  bool number_unsigned(number_unsigned_t value) override { return Add(value); }
  bool number_float(number_float_t value, const string_t& token) override {
    if (token.find_first_of(".eE") != string_t::npos) return Add(value);
    return Stop("the number " + Shortened(token, 40) + " does not fit into 64 bits");
  }
  bool string(string_t& value) override { return Add(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // not in JSON
  bool start_object(std::size_t) override { return Open(json::object()); }
  bool start_array(std::size_t) override { return Open(json::array()); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    keys_.back() = std::move(name);
    if (!open_.back()->contains(keys_.back())) return true;
    return Stop("the key \"" + Shortened(keys_.back(), 60) + "\" stands here a second time");
  }

  bool parse_error(std::size_t, const std::string&, const json::exception& problem) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: …"
    const std::string_view text = problem.what();
    const size_t bracket = text.find("] ");
    const std::string what =
        Shortened(bracket == std::string_view::npos ? text : text.substr(bracket + 2));
    if (!what.starts_with("parse error")) return Stop(what);  // it does not say where
    wrong_ = what;
    return false;
  }

  const std::string& wrong() const { return wrong_; }
  json TakeRoot() { return std::move(root_); }

 private:
  bool Stop(const std::string& what) {
    wrong_ = Shortened(Pointer()) + ": " + what;
    return false;
  }

  // Of the value that is read now.
  std::string Pointer() const {
    std::string pointer;
    for (size_t i = 0; i < open_.size(); ++i) {
      const bool array = open_[i]->is_array();
      // What is open inside of an array stands in it already.
      const size_t index = open_[i]->size() - (array && i + 1 < open_.size() ? 1 : 0);
      pointer += "/" + (array ? std::to_string(index) : keys_[i]);
      if (pointer.size() > kShortText) break;
    }
    return pointer;
  }

  // Where the value went; null when it is one too many.
  json* Place(json value) {
    if (budget_.values == 0) {
      Stop("there are more values than any report has");
      return nullptr;
    }
    --budget_.values;
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    json& parent = *open_.back();
    if (parent.is_object()) return &(parent[keys_.back()] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }

  bool Add(json value) { return Place(std::move(value)) != nullptr; }

  bool Open(json value) {
    if (static_cast<int>(open_.size()) >= budget_.depth)
      return Stop("values are nested deeper than " + std::to_string(budget_.depth) + " levels");
    json* place = Place(std::move(value));
    if (place == nullptr) return false;
    open_.push_back(place);  // stays where it is: its parent grows only once it is closed
    keys_.emplace_back();
    return true;
  }

  bool Close() {
    open_.pop_back();
    keys_.pop_back();
    return true;
  }

  JsonBudget& budget_;
  json root_;
  std::vector<json*> open_;        // the containers around the next value
  std::vector<std::string> keys_;  // the last key of each
  std::string wrong_;
};

}  // namespace

Result<json> ParseBounded(std::string_view text, JsonBudget& budget) {
  Builder builder(budget);
  if (json::sax_parse(text, &builder)) return builder.TakeRoot();
  return Failure(ErrorKind::kUnreadable, builder.wrong());
}

}  // namespace loadline::reports
