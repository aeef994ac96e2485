// SPDX-License-Identifier: Apache-2.0
// The only file that includes valijson. Its defects, and how each is kept away from users:
// * 64-bit integers: large bounds in schemas become doubles, large values in documents are clamped,
//   and the exact bounds are checked by CheckLargeIntegers;
// * one cache entry for equal references of different files: every file becomes a definition of one
//   document, and all references are local to it;
// * relative references: likewise, nothing is resolved against an address;
// * std::regex, which overflows the stack: "pattern" is hidden from valijson and matched with RE2;
// * a cascade of errors for one defect: only the deepest is kept;
// * pointers of its own: rewritten as RFC 6901.
#include "schema/schema_set.h"

#include <re2/re2.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/constraint_builder.hpp>
#include <valijson/constraints/concrete_constraints.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "schema/files.h"
#include "schema/schema_walk.h"

namespace loadline::schema {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kLargestSigned = std::numeric_limits<int64_t>::max();
constexpr char kPattern[] = "x-pattern";
// A hostile document can have as many defects as bytes.
constexpr size_t kMostErrors = 100;

class PatternConstraint : public valijson::constraints::PolyConstraint {
 public:
  explicit PatternConstraint(std::shared_ptr<const re2::RE2> pattern)
      : pattern_(std::move(pattern)) {}

  bool validate(const valijson::adapters::Adapter& target, const std::vector<std::string>& context,
                valijson::ValidationResults* results) const override {
    if (!target.maybeString()) return true;
    std::string text;
    if (!target.asString(text) || re2::RE2::PartialMatch(text, *pattern_)) return true;
    if (results != nullptr) results->pushError(context, "pattern");
    return false;
  }

 private:
  valijson::constraints::Constraint* cloneInto(void* memory) const override {
    return new (memory) PatternConstraint(*this);
  }
  size_t sizeOf() const override { return sizeof(PatternConstraint); }

  std::shared_ptr<const re2::RE2> pattern_;
};

class PatternBuilder : public valijson::ConstraintBuilder {
 public:
  valijson::constraints::Constraint* make(
      const valijson::adapters::Adapter& pattern) const override {
    return new PatternConstraint(std::make_shared<const re2::RE2>(pattern.asString()));
  }
};

// The folder part of a path, with its slash.
std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

std::string Escape(const std::string& token) {
  std::string escaped;
  for (const char c : token) escaped += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return escaped;
}

// Joins a schema file and all that it refers to into one document: each file is a definition, and
// references are local.
class Joiner {
 public:
  // Leaves the root's properties of these names out, and with them the files that only they need.
  Result<Json> Join(const std::string& path, std::set<std::string> left_out) {
    root_ = path;
    left_out_ = std::move(left_out);
    RETURN_IF_ERROR(Include(path));
    Json joined = definitions_.at(path);
    joined["definitions"] = std::move(definitions_);
    return joined;
  }

 private:
  Result<void> Include(const std::string& path) {
    if (definitions_.contains(path)) return {};
    const auto text = SchemaFile(path);
    if (!text) return Failure("there is no schema " + path);
    Json schema = Json::parse(*text, nullptr, false);
    if (schema.is_discarded()) return Failure("the schema " + path + " is not JSON");
    if (path == root_) {
      for (const std::string& name : left_out_) schema["properties"].erase(name);
    }
    definitions_[path] = true;  // so that files may refer to each other
    RETURN_IF_ERROR(Rewrite(schema, path));
    definitions_[path] = std::move(schema);
    return {};
  }

  Result<void> Rewrite(Json& node, const std::string& path) {
    if (node.is_array()) {
      for (Json& element : node) RETURN_IF_ERROR(Rewrite(element, path));
      return {};
    }
    if (node.is_number_unsigned() && node.get<uint64_t>() > kLargestSigned) {
      node = static_cast<double>(node.get<uint64_t>());
      return {};
    }
    if (!node.is_object()) return {};
    if (node.contains("$id") && node["$id"].is_string()) node.erase("$id");
    if (node.contains("pattern") && node["pattern"].is_string()) {
      node[kPattern] = node["pattern"];
      node.erase("pattern");
    }
    if (node.contains("$ref") && node["$ref"].is_string()) {
      const std::string reference = node["$ref"];
      const size_t hash = reference.find('#');
      const std::string file = hash == 0 ? path : FolderOf(path) + reference.substr(0, hash);
      RETURN_IF_ERROR(Include(file));
      node["$ref"] = "#/definitions/" + Escape(file) +
                     (hash == std::string::npos ? "" : reference.substr(hash + 1));
      return {};
    }
    for (auto& [key, value] : node.items()) RETURN_IF_ERROR(Rewrite(value, path));
    return {};
  }

  std::string root_;
  std::set<std::string> left_out_;
  Json definitions_ = Json::object();
};

struct Compiled {
  Json joined;
  valijson::Schema schema;
};

Result<std::unique_ptr<Compiled>> Compile(const std::string& path,
                                          const std::set<std::string>& left_out) {
  auto compiled = std::make_unique<Compiled>();
  ASSIGN_OR_RETURN(compiled->joined, Joiner().Join(path, left_out));
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.addConstraintBuilder(kPattern, new PatternBuilder);  // the parser deletes it
  try {
    const valijson::adapters::NlohmannJsonAdapter adapter(compiled->joined);
    parser.populateSchema(adapter, compiled->schema);
  } catch (const std::exception& problem) {  // valijson's exceptions end here
    return Failure("the schema " + path + " cannot be used: " + problem.what());
  }
  return compiled;
}

// The root's properties whose form stands in another file: whole platforms, hooks and the like.
std::vector<std::string> SectionsOf(const std::string& path) {
  std::vector<std::string> sections;
  const auto text = SchemaFile(path);
  const Json schema = text ? Json::parse(*text, nullptr, false) : Json();
  if (!schema.is_object() || !schema.contains("properties")) return sections;
  for (const auto& property : schema["properties"].items()) {
    const std::string reference =
        property.value().is_object() ? property.value().value("$ref", "#") : "#";
    if (!reference.starts_with('#')) sections.push_back(property.key());
  }
  return sections;
}

// The forms of one schema that this thread has compiled.
class Compilations {
 public:
  explicit Compilations(std::string path) : path_(std::move(path)), sections_(SectionsOf(path_)) {}

  // Compiling costs more than checking, and most documents have few of the sections: what a
  // document does not have is left out. Hostile documents could ask for every combination, so that
  // after the first few the whole schema serves all.
  Result<const Compiled*> For(const Json& document) {
    std::set<std::string> absent;
    for (const std::string& section : sections_) {
      if (!document.is_object() || !document.contains(section)) absent.insert(section);
    }
    if (compiled_.size() >= kMostForms && !compiled_.contains(absent)) absent.clear();
    auto found = compiled_.find(absent);
    if (found == compiled_.end()) {
      ASSIGN_OR_RETURN(auto made, Compile(path_, absent));
      found = compiled_.emplace(std::move(absent), std::move(made)).first;
    }
    return static_cast<const Compiled*>(found->second.get());
  }

 private:
  static constexpr size_t kMostForms = 8;

  std::string path_;
  std::vector<std::string> sections_;
  std::map<std::set<std::string>, std::unique_ptr<Compiled>> compiled_;  // by what is left out
};

Result<const Compiled*> CompiledSchema(const std::string& path, const Json& document) {
  thread_local std::map<std::string, Compilations> schemas;
  return schemas.try_emplace(path, path).first->second.For(document);
}

bool IsTooLarge(const Json& value) {
  return value.is_number_unsigned() && value.get<uint64_t>() > kLargestSigned;
}

bool HasTooLarge(const Json& value) {
  if (!value.is_structured()) return IsTooLarge(value);
  return std::any_of(value.begin(), value.end(), HasTooLarge);
}

// Makes every integer one that valijson can read.
void Clamp(Json& value) {
  if (IsTooLarge(value)) value = static_cast<int64_t>(kLargestSigned);
  if (!value.is_structured()) return;
  for (Json& element : value) Clamp(element);
}

// valijson names keys and indexes alike: "<root>", "[linux]", "[0]".
std::string PointerOf(const std::vector<std::string>& context) {
  std::string pointer;
  for (const std::string& part : context) {
    if (part.size() >= 2 && part.front() == '[' && part.back() == ']')
      pointer += "/" + Escape(part.substr(1, part.size() - 2));
  }
  return pointer;
}

// Every pointer on the way to this one, and itself.
void AddWithAncestors(std::string pointer, std::set<std::string>& pointers) {
  while (pointers.insert(pointer).second && !pointer.empty()) pointer.resize(pointer.rfind('/'));
}

// One error per defect: what only says that something inside failed is dropped, and so are all but
// the first error of a value that say the same.
std::vector<SchemaError> Deepest(valijson::ValidationResults& results, const Json& joined,
                                 const Json& document) {
  std::vector<SchemaError> errors;
  std::set<std::pair<std::string, std::string>> known;
  std::set<std::string> explained;  // pointers at or below which an error is known
  std::vector<std::string> cascades;
  valijson::ValidationResults::Error error;
  while (results.popError(error) && errors.size() < kMostErrors) {
    std::string pointer = PointerOf(error.context);
    if (error.description.starts_with("Failed to validate")) {
      cascades.push_back(std::move(pointer));
      continue;
    }
    std::string message = Describe(joined, document, pointer, error.description);
    AddWithAncestors(pointer, explained);
    if (known.emplace(pointer, message).second)
      errors.push_back({std::move(pointer), std::move(message)});
  }
  for (std::string& cascade : cascades) {
    if (errors.size() >= kMostErrors) break;
    if (explained.contains(cascade)) continue;
    AddWithAncestors(cascade, explained);
    errors.push_back({std::move(cascade), "does not have the form that the standard gives it"});
  }
  return errors;
}

// Whether valijson finds nothing wrong. Without `results` it stops at the first error.
Result<bool> Validate(std::string_view schema, const Compiled& compiled, const Json& document,
                      bool too_large, valijson::ValidationResults* results) {
  thread_local valijson::Validator validator;
  try {
    Json clamped;
    if (too_large) {
      clamped = document;
      Clamp(clamped);
    }
    const valijson::adapters::NlohmannJsonAdapter adapter(too_large ? clamped : document);
    return validator.validate(compiled.schema, adapter, results);
  } catch (const std::exception& problem) {  // valijson's exceptions end here
    return Failure("checking against the schema " + std::string(schema) + ": " + problem.what());
  }
}

}  // namespace

Result<bool> KeepsToSchema(std::string_view schema, const Json& document) {
  ASSIGN_OR_RETURN(const Compiled* compiled, CompiledSchema(std::string(schema), document));
  const bool too_large = HasTooLarge(document);
  ASSIGN_OR_RETURN(const bool keeps, Validate(schema, *compiled, document, too_large, nullptr));
  return keeps && (!too_large || CheckLargeIntegers(compiled->joined, document).empty());
}

Result<std::vector<SchemaError>> CheckSchema(std::string_view schema, const Json& document) {
  ASSIGN_OR_RETURN(const Compiled* compiled, CompiledSchema(std::string(schema), document));
  std::vector<SchemaError> errors;
  const bool too_large = HasTooLarge(document);
  valijson::ValidationResults results;
  ASSIGN_OR_RETURN(const bool keeps, Validate(schema, *compiled, document, too_large, &results));
  if (!keeps) errors = Deepest(results, compiled->joined, document);
  if (!too_large) return errors;
  std::set<std::string> known;  // a clamped value can be too large for valijson as well
  for (const SchemaError& error : errors) known.insert(error.pointer);
  for (SchemaError& error : CheckLargeIntegers(compiled->joined, document)) {
    if (errors.size() < kMostErrors && !known.contains(error.pointer))
      errors.push_back(std::move(error));
  }
  return errors;
}

}  // namespace loadline::schema
