// SPDX-License-Identifier: Apache-2.0
// Looking into a document that may have any shape: what is missing or of another type yields
// nothing, and never an exception.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loadline::validator {

// Holds every integer of a JSON text exactly.
__extension__ using Whole = __int128;

// The value at a pointer, nullptr when there is none.
const nlohmann::json* At(const nlohmann::json& document, std::string_view pointer);
// The member of an object, nullptr when there is none or the value is no object.
const nlohmann::json* Get(const nlohmann::json& object, const char* key);
std::optional<std::string> StringAt(const nlohmann::json& document, std::string_view pointer);
std::optional<Whole> WholeAt(const nlohmann::json& document, std::string_view pointer);
std::optional<std::string> String(const nlohmann::json& object, const char* key);
std::optional<Whole> Integer(const nlohmann::json& object, const char* key);
bool IsTrue(const nlohmann::json& document, std::string_view pointer);
// The strings of an array; elements of other types are left out.
std::vector<std::string> Strings(const nlohmann::json& document, std::string_view pointer);
// The same without copies, as long as the document lives.
std::vector<std::string_view> StringViews(const nlohmann::json& document, std::string_view pointer);
// Every element of the array at a pointer, with its own pointer.
void ForEach(const nlohmann::json& document, std::string_view pointer,
             const std::function<void(const nlohmann::json&, const std::string&)>& visit);
// Every member of the object at a pointer, with its key and pointer.
void ForEachMember(const nlohmann::json& document, std::string_view pointer,
                   const std::function<void(const std::string&, const nlohmann::json&,
                                            const std::string&)>& visit);
// Every value that a pattern names, with its pointer: a '*' stands for every element of an array.
void ForEachAt(const nlohmann::json& document, std::string_view pattern,
               const std::function<void(const nlohmann::json&, const std::string&)>& visit);
std::string Text(Whole number);

// What many rules ask of config.json: the container's namespaces.
bool HasNamespace(const nlohmann::json& config, std::string_view type);
bool MakesNamespace(const nlohmann::json& config, std::string_view type);

}  // namespace loadline::validator
