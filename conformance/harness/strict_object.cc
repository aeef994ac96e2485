// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/strict_object.h"

namespace loadline::conformance {

StrictObject::StrictObject(const nlohmann::json& value, std::string where)
    : value_(value), where_(std::move(where)) {
  if (!value_.is_object()) Complain("", "an object is expected");
}

void StrictObject::Complain(const std::string& pointer, std::string message) {
  if (complaint_) return;
  const std::string place = where_ + pointer;
  complaint_ =
      Failure(place + (place.empty() || place.ends_with(' ') ? "" : ": ") + std::move(message));
}

void StrictObject::Take(const Result<void>& finished) {
  if (!finished.has_value() && !complaint_) complaint_ = finished.error();
}

const nlohmann::json* StrictObject::Member(const std::string& key) {
  read_.insert(key);
  if (!value_.is_object()) return nullptr;
  const auto found = value_.find(key);
  return found == value_.end() ? nullptr : &*found;
}

std::string StrictObject::Text(const std::string& key, std::string fallback) {
  const nlohmann::json* member = Member(key);
  if (member == nullptr) return fallback;
  if (const auto* text = member->get_ptr<const std::string*>()) return *text;
  Complain("/" + key, "a string is expected");
  return fallback;
}

std::string StrictObject::RequiredText(const std::string& key) {
  std::string text = Text(key, "");
  if (text.empty()) Complain("", "\"" + key + "\" is required");
  return text;
}

bool StrictObject::Flag(const std::string& key, bool fallback) {
  const nlohmann::json* member = Member(key);
  if (member == nullptr) return fallback;
  if (member->is_boolean()) return member->get<bool>();
  Complain("/" + key, "true or false is expected");
  return fallback;
}

std::optional<int64_t> StrictObject::Number(const std::string& key) {
  const nlohmann::json* member = Member(key);
  if (member == nullptr) return std::nullopt;
  if (member->is_number_integer()) return member->get<int64_t>();
  Complain("/" + key, "an integer is expected");
  return std::nullopt;
}

std::vector<std::string> StrictObject::Texts(const std::string& key) {
  std::vector<std::string> texts;
  const nlohmann::json* member = Array(key);
  if (member == nullptr) return texts;
  for (const nlohmann::json& element : *member) {
    if (const auto* text = element.get_ptr<const std::string*>()) {
      texts.push_back(*text);
    } else {
      Complain("/" + key, "a list of strings is expected");
    }
  }
  return texts;
}

const nlohmann::json* StrictObject::Object(const std::string& key) {
  const nlohmann::json* member = Member(key);
  if (member == nullptr || member->is_object()) return member;
  Complain("/" + key, "an object is expected");
  return nullptr;
}

const nlohmann::json* StrictObject::Array(const std::string& key) {
  const nlohmann::json* member = Member(key);
  if (member == nullptr || member->is_array()) return member;
  Complain("/" + key, "a list is expected");
  return nullptr;
}

Result<void> StrictObject::Finish() const {
  if (complaint_) return *complaint_;
  for (const auto& member : value_.items()) {
    if (read_.count(member.key()) == 0)
      return Failure(where_ + "/" + member.key() + ": unknown key");
  }
  return {};
}

}  // namespace loadline::conformance
