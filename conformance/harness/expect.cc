// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/expect.h"

#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "validator/json/document.h"

namespace loadline::conformance {
namespace {

// Matchers begin with '$'; "${work}/x" is a key that begins with a placeholder.
bool IsMatcher(const std::string& key) { return key.starts_with('$') && !key.starts_with("${"); }

using nlohmann::json;
using Difference = std::optional<std::string>;

constexpr size_t kShownBytes = 160;

// What a matcher works on.
struct Place {
  const json& document;  // whole, for $same-as
  std::string pointer;   // of the value
  const json* value;     // nullptr: there is none
};

std::string Escaped(const std::string& token) {
  std::string escaped;
  for (const char c : token) {
    if (c == '~') {
      escaped += "~0";
    } else if (c == '/') {
      escaped += "~1";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string Seen(const Place& place) {
  return place.value == nullptr ? "there is nothing" : "seen " + Shown(*place.value);
}

Difference Differs(const Place& place, const std::string& expected) {
  return (place.pointer.empty() ? "/" : place.pointer) + ": expected " + expected + ", " +
         Seen(place);
}

Difference Match(const json& expectation, const Place& place);

bool Matches(const json& expectation, const Place& place, const json& value) {
  return !Match(expectation, Place{place.document, place.pointer, &value});
}

const json* Find(const json& document, const json& pointer) {
  try {
    const json::json_pointer parsed(pointer.get<std::string>());
    return document.contains(parsed) ? &document.at(parsed) : nullptr;
  } catch (const json::exception&) {
    return nullptr;
  }
}

// Whether the value holds one thing that matches.
bool Holds(const json& wanted, const Place& place) {
  const json& value = *place.value;
  if (value.is_string())
    return wanted.is_string() && value.get_ref<const std::string&>().find(
                                     wanted.get_ref<const std::string&>()) != std::string::npos;
  if (value.is_object()) return wanted.is_string() && value.contains(wanted.get<std::string>());
  return value.is_array() && std::any_of(value.begin(), value.end(), [&](const json& element) {
           return Matches(wanted, place, element);
         });
}

const json AsList(const json& operand) {
  return operand.is_array() ? operand : json::array({operand});
}

Difference Absent(const json& operand, const Place& place) {
  const bool absent = place.value == nullptr || place.value->is_null();
  if (absent == operand.get<bool>()) return {};
  return Differs(place, operand.get<bool>() ? "nothing" : "something");
}

Difference Equals(const json& operand, const Place& place) {
  if (place.value != nullptr && *place.value == operand) return {};
  return Differs(place, Shown(operand));
}

Difference Contains(const json& operand, const Place& place) {
  for (const json& wanted : AsList(operand)) {
    if (place.value == nullptr || !Holds(wanted, place))
      return Differs(place, "to contain " + Shown(wanted));
  }
  return {};
}

Difference Lacks(const json& operand, const Place& place) {
  for (const json& unwanted : AsList(operand)) {
    if (place.value == nullptr || Holds(unwanted, place))
      return Differs(place, "not to contain " + Shown(unwanted));
  }
  return {};
}

Difference Within(const json& operand, const Place& place) {
  const auto allowed = [&](const json& value) {
    return std::find(operand.begin(), operand.end(), value) != operand.end();
  };
  const bool holds =
      place.value != nullptr &&
      (place.value->is_array() ? std::all_of(place.value->begin(), place.value->end(), allowed)
                               : allowed(*place.value));
  if (holds) return {};
  return Differs(place, "nothing but " + Shown(operand));
}

Difference MatchesPattern(const json& operand, const Place& place) {
  const std::string pattern = operand.get<std::string>();
  if (place.value != nullptr && place.value->is_string() &&
      RE2::FullMatch(place.value->get_ref<const std::string&>(), pattern))
    return {};
  return Differs(place, "to match " + pattern);
}

std::optional<double> AsNumber(const json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.get_ref<const std::string&>();
  const json parsed = json::parse(text, nullptr, false);
  return parsed.is_number() ? std::optional(parsed.get<double>()) : std::nullopt;
}

Difference Between(const json& operand, const Place& place) {
  const auto number = place.value == nullptr ? std::nullopt : AsNumber(*place.value);
  if (number && operand[0].get<double>() <= *number && *number <= operand[1].get<double>())
    return {};
  return Differs(place, "a number between " + operand[0].dump() + " and " + operand[1].dump());
}

Difference SameAs(const json& operand, const Place& place) {
  const json* other = Find(place.document, operand);
  if (other == nullptr) return operand.get<std::string>() + ": there is nothing to compare with";
  if (place.value != nullptr && *place.value == *other) return {};
  return Differs(place, "the same as " + operand.get<std::string>() + " (" + Shown(*other) + ")");
}

Difference DiffersFrom(const json& operand, const Place& place) {
  const json* other = Find(place.document, operand);
  if (other == nullptr) return operand.get<std::string>() + ": there is nothing to compare with";
  if (place.value != nullptr && *place.value != *other) return {};
  return Differs(place, "another value than " + operand.get<std::string>());
}

Difference InOrder(const json& operand, const Place& place) {
  size_t next = 0;
  if (place.value != nullptr && place.value->is_array()) {
    for (const json& element : *place.value) {
      if (next < operand.size() && Matches(operand[next], place, element)) ++next;
    }
    if (next == operand.size()) return {};
  }
  return Differs(place, Shown(operand) + " in this order");
}

Difference AnyOf(const json& operand, const Place& place) {
  for (const json& alternative : operand) {
    if (!Match(alternative, place)) return {};
  }
  return Differs(place, "one of " + Shown(operand));
}

struct Matcher {
  std::string_view name;
  bool (*accepts)(const json& operand);
  const char* operand;  // in words
  Difference (*match)(const json& operand, const Place& place);
};

bool IsBoolean(const json& operand) { return operand.is_boolean(); }
bool IsText(const json& operand) { return operand.is_string(); }
bool IsPointer(const json& operand) {
  return IsText(operand) && (operand == "" || operand.get_ref<const std::string&>()[0] == '/');
}
bool IsList(const json& operand) { return operand.is_array(); }
bool IsAnything(const json&) { return true; }
bool IsPattern(const json& operand) {
  return operand.is_string() && RE2(operand.get<std::string>(), RE2::Quiet).ok();
}
bool IsRange(const json& operand) {
  return operand.is_array() && operand.size() == 2 && operand[0].is_number() &&
         operand[1].is_number();
}

constexpr Matcher kMatchers[] = {
    {"$absent", IsBoolean, "true or false", Absent},
    {"$equals", IsAnything, "a value", Equals},
    {"$contains", IsAnything, "an expectation", Contains},
    {"$lacks", IsAnything, "an expectation", Lacks},
    {"$within", IsList, "a list", Within},
    {"$matches", IsPattern, "an RE2 expression", MatchesPattern},
    {"$between", IsRange, "a list of two numbers", Between},
    {"$same-as", IsPointer, "a JSON pointer", SameAs},
    {"$differs-from", IsPointer, "a JSON pointer", DiffersFrom},
    {"$in-order", IsList, "a list", InOrder},
    {"$any-of", IsList, "a list", AnyOf},
};

const Matcher* FindMatcher(std::string_view name) {
  for (const Matcher& matcher : kMatchers) {
    if (matcher.name == name) return &matcher;
  }
  return nullptr;
}

bool IsMatcher(const json& expectation) {
  return expectation.is_object() && !expectation.empty() && IsMatcher(expectation.begin().key());
}

Difference Match(const json& expectation, const Place& place) {
  if (IsMatcher(expectation)) {
    for (const auto& member : expectation.items()) {
      const Matcher* matcher = FindMatcher(member.key());
      if (matcher == nullptr || !matcher->accepts(member.value()))
        return place.pointer + ": " + member.key() + " is no matcher with such an operand";
      if (Difference difference = matcher->match(member.value(), place)) return difference;
    }
    return {};
  }
  if (!expectation.is_object()) return Equals(expectation, place);
  if (place.value != nullptr && !place.value->is_object()) return Differs(place, "an object");
  if (place.value == nullptr && expectation.empty()) return Differs(place, "an object");
  for (const auto& member : expectation.items()) {
    const json* value = nullptr;
    if (place.value != nullptr) {
      const auto found = place.value->find(member.key());
      if (found != place.value->end()) value = &*found;
    }
    const Place inner{place.document, place.pointer + "/" + Escaped(member.key()), value};
    if (Difference difference = Match(member.value(), inner)) return difference;
  }
  return {};
}

}  // namespace

std::string Shown(const json& value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > kShownBytes) {
    size_t end = kShownBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text = text.substr(0, end) + "…";
  }
  return text;
}

std::optional<std::string> Mismatch(const json& expectation, const json& document) {
  if (!expectation.is_object()) return Match(expectation, Place{document, "", &document});
  // A section that was never observed satisfies nothing, not even $absent.
  for (const auto& section : expectation.items()) {
    if (IsMatcher(section.key()) || document.contains(section.key())) continue;
    return "/" + section.key() + ": was not observed";
  }
  return Match(expectation, Place{document, "", &document});
}

Result<void> CheckExpectation(const json& expectation, const std::string& where) {
  if (!expectation.is_object()) return {};
  const bool matchers = IsMatcher(expectation);
  for (const auto& member : expectation.items()) {
    const std::string place = validator::Join(where, member.key());
    if (IsMatcher(member.key()) != matchers)
      return Failure(place + ": \"" + member.key() + "\" stands beside keys of the other kind",
                     "an object holds either matchers or members");
    if (!matchers) {
      RETURN_IF_ERROR(CheckExpectation(member.value(), place));
      continue;
    }
    const Matcher* matcher = FindMatcher(member.key());
    if (matcher == nullptr)
      return Failure(place + ": " + member.key() + " is no matcher", "INTERPRETING.md lists them");
    if (!matcher->accepts(member.value()))
      return Failure(place + ": " + member.key() + " takes " + matcher->operand);
  }
  return {};
}

}  // namespace loadline::conformance
