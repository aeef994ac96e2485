// SPDX-License-Identifier: Apache-2.0
// Strict reading of single values from a JSON document, for the reader of config.json alone: what
// is missing, of another type or out of range is thrown as Unsupported, which ReadConfig catches.
#pragma once

#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <vector>

namespace loadline::runtime {

// A value that cannot be honoured: what is wrong with it, and the way out.
struct Unsupported {
  std::string what;
  std::string hint;
};

// A value as T. Numbers are never cut to fit: 2^32 is not the user 0.
template <class T>
T As(const nlohmann::json& value) {
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    const bool fits =
        value.is_number_unsigned()
            ? value.get<uint64_t>() <= static_cast<uint64_t>(std::numeric_limits<T>::max())
            : value.is_number_integer() && std::is_signed_v<T> &&
                  value.get<int64_t>() >= static_cast<int64_t>(std::numeric_limits<T>::min());
    if (!fits)
      throw Unsupported{value.dump() + " is not a whole number from " +
                            std::to_string(std::numeric_limits<T>::min()) + " to " +
                            std::to_string(std::numeric_limits<T>::max()),
                        "write one"};
    return value.get<T>();
  } else {
    return value.get<T>();
  }
}

// A required property.
template <class T>
T Need(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end())
    throw Unsupported{std::string("the property ") + key + " is missing", "add it"};
  return As<T>(*found);
}

// An optional property; null counts as absent.
template <class T>
T Get(const nlohmann::json& object, const char* key, T fallback) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? fallback : As<T>(*found);
}

// Calls `read` and says in its error which part of the document it was about.
template <class Read>
auto Within(const char* pointer, Read read) {
  try {
    return read();
  } catch (const Unsupported& problem) {
    if (problem.what.find(pointer) != std::string::npos) throw;
    throw Unsupported{std::string(pointer) + ": " + problem.what, problem.hint};
  } catch (const nlohmann::json::exception& problem) {
    const std::string text = problem.what();  // "[json.exception…] what"
    throw Unsupported{std::string(pointer) + ": " + text.substr(text.find("] ") + 2),
                      "loadline validate names the place"};
  }
}

}  // namespace loadline::runtime
