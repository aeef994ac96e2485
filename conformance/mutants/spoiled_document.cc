// SPDX-License-Identifier: Apache-2.0
#include "conformance/mutants/spoiled_document.h"

#include "base/files.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;

constexpr size_t kDocumentCap = 64 << 20;

// The file that a call reads, and where its content belongs in config.json.
struct Document {
  std::string path;
  json::json_pointer place;
};

Document DocumentOf(const RuntimeCall& call) {
  if (call.verb == "create" || call.verb == "run")
    return {call.bundle + "/config.json", json::json_pointer()};
  if (call.verb == "exec") return {call.process_file, json::json_pointer("/process")};
  if (call.verb == "update") return {call.resources_file, json::json_pointer("/linux/resources")};
  return {"", json::json_pointer()};
}

// Another value of the same type, near enough to be legal in most places.
void MakeWrong(json& value, const json& choices) {
  for (const json& choice : choices) {
    if (choice == value) continue;
    value = choice;
    return;
  }
  if (value.is_boolean()) {
    value = !value.get<bool>();
  } else if (value.is_number_unsigned()) {
    const auto number = value.get<uint64_t>();
    value = number > 1 ? number - 1 : number + 1;
  } else if (value.is_number_integer()) {
    value = value.get<int64_t>() + 1;
  } else if (value.is_string()) {
    value = value.get<std::string>() + "x";
  }
}

void Make(const Change& change, json& config) {
  switch (change.kind) {
    case Change::Kind::kDrop:
      change.pattern.Drop(config);
      break;
    case Change::Kind::kReplace:
      change.pattern.Apply(config, [&](json& value) { value = change.value; });
      break;
    case Change::Kind::kWrong:
      change.pattern.Apply(config, [&](json& value) { MakeWrong(value, change.value); });
      break;
  }
}

}  // namespace

Result<std::optional<SwappedFile>> SpoilDocument(const RuntimeCall& call, const Changes& changes) {
  const Document document = DocumentOf(call);
  if (document.path.empty() || document.path == "-") return std::optional<SwappedFile>();
  auto text = ReadFile(document.path, kDocumentCap);
  if (!text) return std::optional<SwappedFile>();  // the runtime says it better
  const json content = json::parse(*text, nullptr, false);
  if (!content.is_object()) return std::optional<SwappedFile>();
  json config;
  config[document.place] = content;
  for (const Change& change : changes.changes) {
    Make(change, config);
  }
  if (changes.mutation != nullptr && changes.mutation->config != nullptr &&
      changes.mutation->Spoils(call.verb))
    changes.mutation->config(config);
  const json spoiled = config.value(document.place, json::object());
  if (spoiled == content) return std::optional<SwappedFile>();
  ASSIGN_OR_RETURN(SwappedFile swapped, SwappedFile::Make(document.path, spoiled.dump(2)));
  return std::optional<SwappedFile>(std::move(swapped));
}

}  // namespace loadline::mutants
