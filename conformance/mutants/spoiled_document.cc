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
    if (change.value) {
      change.pattern.Replace(config, *change.value);
    } else {
      change.pattern.Drop(config);
    }
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
